//! Rules: from YAML to what the engine evaluates, with every name, type and null settled, and the
//! catalogue that is built in. May use only `model`.

pub mod cases;
pub mod diagnostic;
pub mod expr;
pub mod fix;
pub mod functions;
pub mod inputs;
mod load;
mod message;
mod rule;
pub mod source;
mod template;
pub mod written;

pub use diagnostic::{Diagnostic, Diagnostics, SourceFile};
pub use load::{LoadError, ParamError, RuleSet};
pub use message::{Message, MessagePiece};
pub use rule::{Rule, VARIABLES, param_type};
