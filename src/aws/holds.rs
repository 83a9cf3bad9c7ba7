//! Answers that lack a part which the API always gives, and in whose place the SDK puts an empty one: read so,
//! "could not look" would become "there is none".

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Refuses a successful answer without this text: a member's name with the signs before it.
#[derive(Debug)]
pub struct Holds(pub &'static str);

impl Intercept for Holds {
    fn name(&self) -> &'static str {
        "Holds"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let is_refusal = !context.response().status().is_success();
        if is_refusal || memchr::memmem::find(body, self.0.as_bytes()).is_some() {
            return Ok(());
        }
        Err("the answer lacks a part that the API always gives".into())
    }
}
