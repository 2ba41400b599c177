use tokio::sync::watch;

use crate::jobs::When;
use crate::jobs::sweep::{Run, Sweeper};

use super::Context;
use super::failure::Failure;
use super::record::Record;

/// Removes what may go, now.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let app = context.app().await?;
    let (_stop, stopped) = watch::channel(false);
    match Sweeper::new(stopped).run(&app, When::Free).await? {
        Run::Done(swept) => {
            let record = |(table, rows): &(&'static str, u64)| {
                Record::default()
                    .with("table", *table)
                    .with("removed", *rows)
            };
            let records: Vec<Record> = swept.tables().iter().map(record).collect();
            context.output.list(&records, &["table", "removed"])?;
            if records.is_empty() {
                context.output.hint("there was nothing to remove");
            }
            Ok(())
        }
        Run::NotNow => Err(Failure::new("a server is sweeping this database just now")
            .hint("let it finish: it removes the same")),
        Run::Broken(_) => Err(
            Failure::new("a server has begun to sweep this database meanwhile")
                .hint("let it finish: it removes the same"),
        ),
    }
}
