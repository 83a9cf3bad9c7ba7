//! AWS KMS: the keys that topics name, each once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use aws_sdk_kms::Client;
use serde_json::Value;

use crate::model::types::kms::{Key, KeyProperties, KeyStatus};
use crate::model::{Resource, ops};

use super::cx::{Answer, Cx};
use super::shape::resource;

/// The keys of one region that were asked about.
#[derive(Default)]
pub struct Keys(Mutex<HashSet<String>>);

impl Keys {
    /// Keeps the key that a topic calls `name`: an id, an alias or an ARN. Of AWS's own key nothing is asked, since
    /// its policy is the same everywhere and cannot be changed.
    pub async fn keep(&self, cx: &Cx<'_>, name: &str) {
        if is_of_aws(name) || !self.is_new(name) {
            return;
        }
        cx.keep(read(cx, &Client::new(cx.config()), name).await);
    }

    fn is_new(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned())
    }
}

/// Whether a topic's key is the one that AWS keeps for SNS.
fn is_of_aws(name: &str) -> bool {
    name == "alias/aws/sns" || name.ends_with(":alias/aws/sns")
}

/// A key; none when it does not exist or could not be read.
async fn read(cx: &Cx<'_>, client: &Client, name: &str) -> Option<Resource> {
    let described = client.describe_key().key_id(name).send();
    let about = [name];
    let described = cx.call(&ops::DESCRIBE_KEY, &about, described, |out| out.key_metadata);
    // An alias is no name for a policy's key, so the id of its key is needed first.
    let (key, policy) = match described.await {
        Answer::Known(key) => {
            let of = key.arn.clone().unwrap_or_else(|| key.key_id.clone());
            let policy = client.get_key_policy().key_id(of).policy_name("default").send();
            let about = [name];
            let policy = cx.call(&ops::GET_KEY_POLICY, &about, policy, |out| {
                serde_json::from_str::<Value>(&out.policy?).ok()
            });
            (key, policy.await.known())
        }
        Answer::Gone | Answer::Unknown => return None,
    };
    let properties = KeyProperties { key_id: key.key_id, enabled: key.enabled, key_policy: policy };
    let status = KeyStatus {
        key_state: key.key_state.map(|state| state.as_str().to_owned()),
        key_manager: key.key_manager.map(|manager| manager.as_str().to_owned()),
    };
    let arn = key.arn.unwrap_or_default();
    Some(resource::<Key>(cx, name, arn, Some(properties), Some(status)))
}
