use crate::settings;
use crate::store::Store;

use super::Context;
use super::failure::Failure;
use super::record::Record;

/// Brings the schema up to date; of several that run at once, one does it.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let settings = settings::load(context.config.as_deref())?;
    let store = Store::connect(&settings.database).await?;
    store.migrate().await?;
    store.check_schema().await?;
    context
        .output
        .one(&Record::default().with("schema", "up to date"))
}
