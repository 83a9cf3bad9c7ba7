//! `--export FORMAT DIR`: the plan as files, for those who let no tool touch their account.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::{Common, Failure, output};
use crate::fix::export::{self, Format};
use crate::fix::plan::Plan;

/// What is asked for.
pub struct Export {
    format: &'static Format,
    folder: PathBuf,
}

impl Export {
    /// Of `--export`'s two values, looked at before anything else is done.
    ///
    /// # Errors
    /// There is no such format.
    pub fn of(values: &[OsString]) -> Result<Option<Export>, Failure> {
        let [format, folder] = values else { return Ok(None) };
        let format =
            export::find(&format.to_string_lossy()).map_err(|words| anyhow::anyhow!(words))?;
        Ok(Some(Export { format, folder: PathBuf::from(folder) }))
    }

    /// Writes the files, all or, as far as can be told before, none.
    ///
    /// # Errors
    /// A file of that name is not ours, or cannot be written.
    pub fn write(&self, plan: &Plan, common: &Common) -> Result<(), Failure> {
        let lang = common.lang_for_people();
        let folder = &self.folder;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let files = (self.format.files)(plan, lang);
        for file in &files {
            may_write(&folder.join(&file.name))?;
        }
        for file in &files {
            output::to_file(&folder.join(&file.name), |out| out.write_all(file.text.as_bytes()))?;
        }
        common.hint(&self.format.next(&folder.join(self.format.start).display().to_string(), lang));
        Ok(())
    }
}

/// Only what an export wrote is written over.
fn may_write(path: &Path) -> Result<(), Failure> {
    let text = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(anyhow::Error::new(error)
                .context(format!("cannot read {}", path.display()))
                .into());
        }
    };
    if export::is_ours(&String::from_utf8_lossy(&text)) {
        return Ok(());
    }
    let path = path.display();
    Err(anyhow::anyhow!(
        "{path} is there, and no export wrote it; name another folder, or move it away"
    )
    .into())
}
