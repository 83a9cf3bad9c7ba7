//! `audit paths`: every signal and where it ends.

use clap::{Args, ValueEnum};

use super::config::Config;
use super::output;
use super::source::Source;
use super::{Common, Exit, Failure};
use crate::engine::World;
use crate::engine::signals::{self, Asked};
use crate::model::Lang;
use crate::report::paths;

/// Options of `audit paths`.
#[derive(Args, Debug)]
pub struct PathsArgs {
    #[command(flatten)]
    source: Source,
    /// Who hears of this resource? Its name, id or ARN: an alarm, or what alarms watch
    #[arg(long, value_name = "RESOURCE", help_heading = "Which signals")]
    from: Option<String>,
    /// What does this receiver hear? An address, a topic, a Lambda function, a channel configuration
    #[arg(long, value_name = "RECEIVER", help_heading = "Which signals")]
    to: Option<String>,
    /// Only what nobody hears, or cannot be told
    #[arg(long, help_heading = "Which signals")]
    broken: bool,
    /// Format on stdout
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Report")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree, for a terminal
    Text,
    /// Everything, as audit-paths/1
    Json,
}

/// Runs it.
pub fn run(args: &PathsArgs, common: &Common) -> Result<Exit, Failure> {
    let config = Config::load(common.config.as_deref())?;
    let snapshot = args.source.snapshot(common, &config)?;
    let mut world = World::new(&snapshot, &[], config.team());
    world.every_way = true;
    let asked = Asked { from: args.from.clone(), to: args.to.clone(), broken: args.broken };
    let lang = match (common.lang_asked(), args.format) {
        (Some(lang), _) => lang,
        (None, Format::Text) => common.lang_for_people(),
        (None, Format::Json) => Lang::En,
    };
    let found = signals::paths(&world, &asked, lang).map_err(anyhow::Error::from)?;
    output::to_stdout(|out| match args.format {
        Format::Text => paths::text(&found, &common.style(), out),
        Format::Json => paths::json(&found, out),
    })?;
    Ok(Exit::Clean)
}
