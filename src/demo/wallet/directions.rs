use super::super::json::{Complaint, Object};

/// What a story asks of the demo wallet beside the terms: the member `demo` of a creation body, which is never served.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Directions {
    /// Members that the agreement takes on after the authorization server has read it for the first time.
    pub changes: Option<Object>,
    /// Whether reads of the agreement are left without an answer.
    pub silent: bool,
}

impl Directions {
    /// Reads `{"demo": {"changes": {…}, "silent": true}}`, each of them optional.
    pub fn read(body: &Object) -> Result<Self, Complaint> {
        let mut directions = Self::default();
        let Some(demo) = body.get("demo").filter(|value| !value.is_null()) else {
            return Ok(directions);
        };
        let members = demo.as_object().ok_or("demo must be an object")?;
        for (name, value) in members {
            match name.as_str() {
                "changes" => {
                    let changes = value
                        .as_object()
                        .ok_or("demo.changes must be an object of terms")?;
                    directions.changes = Some(changes.clone());
                }
                "silent" => {
                    directions.silent =
                        value.as_bool().ok_or("demo.silent must be true or false")?;
                }
                other => return Err(format!("demo.{other} is unknown: use changes or silent")),
            }
        }
        Ok(directions)
    }
}
