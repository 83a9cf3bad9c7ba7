//! Amazon RDS: whether the storage of a database instance may grow by itself.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::DbInstance;
use serde_json::Value;

use crate::fix::handler::{Handler, Refused, Reply, State};
use crate::fix::kinds::Kind;
use crate::model::ops::{self, fix};

use super::{differs, kind, number, only, state};
use crate::aws::gate::{Gate, impossible, incomplete};
use crate::aws::rds::shapes;

/// The one property that is changed.
const CEILING: &str = "MaxAllocatedStorage";

/// A database instance; its id is its name.
pub struct DBInstance;

impl<'g> Handler<Gate<'g>> for DBInstance {
    fn kind(&self) -> &'static Kind {
        kind("AWS::RDS::DBInstance")
    }

    fn read<'a>(&'a self, cx: &'a Gate<'g>, id: &'a str) -> Reply<'a, Option<State>> {
        Box::pin(async move {
            let Some(found) = find(cx, id).await? else { return Ok(None) };
            let (it, _) = shapes(found).ok_or_else(|| incomplete(&ops::DESCRIBE_DB_INSTANCES))?;
            Ok(Some(state(&it)))
        })
    }

    fn create<'a>(&'a self, _cx: &'a Gate<'g>, id: &'a str, _to: &'a State) -> Reply<'a, ()> {
        let message = format!("there is no database instance {id}, and none is made here");
        Box::pin(async { Err(impossible(&fix::MODIFY_DB_INSTANCE, message)) })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Gate<'g>,
        id: &'a str,
        from: &'a State,
        to: &'a State,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            // Storage that has grown meanwhile stays so.
            only(&fix::MODIFY_DB_INSTANCE, from, to, &[CEILING, "AllocatedStorage"])?;
            if !differs(from, to, CEILING) {
                return Ok(());
            }
            let ceiling = to.properties.get(CEILING).and_then(Value::as_i64);
            set_ceiling(cx, id, ceiling).await
        })
    }

    fn delete<'a>(&'a self, _cx: &'a Gate<'g>, id: &'a str, _from: &'a State) -> Reply<'a, ()> {
        let message = format!("database instance {id} was not made here, and is never deleted");
        Box::pin(async { Err(impossible(&fix::MODIFY_DB_INSTANCE, message)) })
    }
}

async fn find(cx: &Gate<'_>, id: &str) -> Result<Option<DbInstance>, Refused> {
    let op = &ops::DESCRIBE_DB_INSTANCES;
    let request = Client::new(cx.config()).describe_db_instances().db_instance_identifier(id);
    let Some(out) = cx.read(op, request.send()).await? else { return Ok(None) };
    Ok(out.db_instances.ok_or_else(|| incomplete(op))?.into_iter().next())
}

/// Sets up to what the storage may grow. A ceiling at what is allocated turns growing off:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html>.
async fn set_ceiling(cx: &Gate<'_>, id: &str, ceiling: Option<i64>) -> Result<(), Refused> {
    let op = &fix::MODIFY_DB_INSTANCE;
    let gone = || impossible(op, format!("there is no database instance {id}"));
    let allocated = find(cx, id).await?.ok_or_else(gone)?.allocated_storage;
    let wanted = number(op, ceiling)?.or(allocated).ok_or_else(|| incomplete(op))?;
    let client = Client::new(cx.config());
    let request = || {
        let request = client.modify_db_instance().db_instance_identifier(id);
        request.max_allocated_storage(wanted).send()
    };
    cx.write(op, request).await.map(drop)
}
