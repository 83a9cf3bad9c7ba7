//! What AWS Lambda and Synthetics take as code: a zip archive, the same for the same source.

use std::io::{Cursor, Write};

use aws_smithy_types::base64;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::aws::gate::impossible;
use crate::fix::handler::Refused;
use crate::model::Op;
use crate::model::types::lambda::Code;

/// The file in a function's archive; `slack_notifier.handler` names a function in it.
pub const FILE: &str = "slack_notifier.py";

/// The archive of the code that is wanted.
pub fn archive_of(op: &'static Op, code: Option<&Code>) -> Result<Vec<u8>, Refused> {
    match code.and_then(|code| code.zip_file.as_deref()) {
        None => Err(impossible(op, "no code is given")),
        Some(hash) if hash.starts_with("sha256:") => {
            Err(impossible(op, "of the code only the hash is known; deploy it by hand"))
        }
        Some(source) => archive(op, FILE, source),
    }
}

/// A zip archive with the source as its only file; the same source gives the same bytes, by whose hash
/// AWS is asked whether it runs.
pub fn archive(op: &'static Op, file: &str, source: &str) -> Result<Vec<u8>, Refused> {
    let write = || {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .system(System::Unix);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(file, options)?;
        archive.write_all(source.as_bytes())?;
        Ok::<_, zip::result::ZipError>(archive.finish()?.into_inner())
    };
    write().map_err(|error| impossible(op, format!("the code cannot be packed: {error}")))
}

/// As AWS hashes archives:
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>.
pub fn hash_of(archive: &[u8]) -> String {
    base64::encode(Sha256::digest(archive))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::model::ops::fix;

    const OP: &Op = &fix::CREATE_FUNCTION;

    #[test]
    fn archives_are_the_same_bytes_each_time() {
        let archive = archive(OP, FILE, "print('あ')\n").expect("an archive");
        assert_eq!(super::archive(OP, FILE, "print('あ')\n"), Ok(archive.clone()));
        // With other bytes for the same source, functions deployed before would look changed.
        assert_eq!(hash_of(&archive), "OTyKLvNqZB7LMTSFb6+PIPuX1aQFq0m3hB386vrXaFE=");
        let mut opened = zip::ZipArchive::new(Cursor::new(archive)).expect("a zip archive");
        assert_eq!(opened.len(), 1);
        let mut file = opened.by_index(0).expect("a file");
        assert_eq!((file.name(), file.unix_mode()), (FILE, Some(0o100_644)));
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        assert_eq!(text, "print('あ')\n");
    }

    #[test]
    fn of_code_known_by_its_hash_there_is_no_archive() {
        let code = |text: &str| Some(Code { zip_file: Some(text.to_owned()) });
        assert!(archive_of(OP, code("sha256:abc=").as_ref()).is_err());
        assert!(archive_of(OP, None).is_err());
        assert!(archive_of(OP, code("pass").as_ref()).is_ok());
    }
}
