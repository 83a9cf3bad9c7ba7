//! IAM's credential report: a CSV file of all users and root.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use std::collections::HashMap;

use serde::Deserialize;

use crate::model::types::iam::{AccessKey, CredentialReport};

use super::shape::text_time;

/// How the report calls root, of which the account's summary tells.
const ROOT: &str = "<root_account>";

/// A line of the report, as far as it is kept.
#[derive(Debug, Deserialize)]
struct Line {
    user: String,
    password_enabled: String,
    password_last_used: String,
    password_last_changed: String,
    mfa_active: String,
    access_key_1_active: String,
    access_key_1_last_rotated: String,
    access_key_1_last_used_date: String,
    access_key_2_active: String,
    access_key_2_last_rotated: String,
    access_key_2_last_used_date: String,
    /// Reports of before 2024 have no such column.
    #[serde(default)]
    additional_credentials_info: Option<String>,
}

/// The users of a report that was made at `generated`, by name.
///
/// # Errors
/// The file is no credential report: what is wrong with it, without its content.
pub fn users(csv: &[u8], generated: &str) -> Result<HashMap<String, CredentialReport>, String> {
    let mut users = HashMap::new();
    for line in csv::Reader::from_reader(csv).deserialize::<Line>() {
        let line = line.map_err(|error| match error.position() {
            Some(place) => format!("line {} of the report makes no sense", place.line()),
            None => "the report makes no sense".to_owned(),
        })?;
        if line.user != ROOT {
            let (user, report) = line.read(generated)?;
            users.insert(user, report);
        }
    }
    Ok(users)
}

impl Line {
    fn read(self, generated: &str) -> Result<(String, CredentialReport), String> {
        let user = &self.user;
        let yes = |column: &str, text: &str| match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("{column} of {user} is neither true nor false")),
        };
        let key = |n: u8, active: &str, rotated: String, used: String| {
            let active = yes(&format!("access_key_{n}_active"), active)?;
            let (last_rotated, last_used_date) = (moment(rotated), moment(used));
            // A key that is not there is told as inactive and never made.
            let is_there = active || last_rotated.is_some() || last_used_date.is_some();
            Ok::<_, String>(is_there.then_some(AccessKey { active, last_rotated, last_used_date }))
        };
        let first = key(
            1,
            &self.access_key_1_active,
            self.access_key_1_last_rotated,
            self.access_key_1_last_used_date,
        )?;
        let second = key(
            2,
            &self.access_key_2_active,
            self.access_key_2_last_rotated,
            self.access_key_2_last_used_date,
        )?;
        let report = CredentialReport {
            generated_time: generated.to_owned(),
            password_enabled: yes("password_enabled", &self.password_enabled)?,
            password_last_used: moment(self.password_last_used),
            password_last_changed: moment(self.password_last_changed),
            mfa_active: yes("mfa_active", &self.mfa_active)?,
            access_keys: first.into_iter().chain(second).collect(),
            additional_credentials_info: self
                .additional_credentials_info
                .filter(|text| !["", "N/A"].contains(&text.as_str())),
        };
        Ok((self.user, report))
    }
}

/// A time; `N/A`, `no_information` and `not_supported` are none.
fn moment(text: String) -> Option<String> {
    let is_time = text.starts_with(|c: char| c.is_ascii_digit());
    text_time(Some(text).filter(|_| is_time))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
        access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
        access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
        access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
        cert_2_active,cert_2_last_rotated,additional_credentials_info";

    fn read(lines: &str) -> Result<HashMap<String, CredentialReport>, String> {
        users(format!("{HEAD}\n{lines}\n").as_bytes(), "2026-11-01T00:00:00Z")
    }

    #[test]
    fn users_are_read_and_root_is_left_out() {
        let read = read(
            "<root_account>,arn:aws:iam::111122223333:root,2020-01-01T00:00:00+00:00,not_supported,\
             2026-01-01T00:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,\
             N/A,false,N/A,false,N/A,\n\
             \"alice,ops\",\"arn:aws:iam::111122223333:user/alice,ops\",2026-01-01T00:00:00+00:00,true,\
             no_information,2026-01-02T00:00:00+00:00,N/A,false,true,2026-01-03T00:00:00+00:00,N/A,N/A,N/A,false,\
             2026-01-04T00:00:00+00:00,2026-01-05T00:00:00+00:00,us-east-1,s3,false,N/A,false,N/A,",
        );
        let users = read.expect("a report");
        assert_eq!(users.len(), 1);
        let alice = &users["alice,ops"];
        assert!(alice.password_enabled && !alice.mfa_active);
        assert_eq!(alice.password_last_used, None);
        assert_eq!(alice.password_last_changed.as_deref(), Some("2026-01-02T00:00:00Z"));
        let keys: Vec<_> = alice.access_keys.iter().map(|key| key.active).collect();
        assert_eq!(keys, [true, false]);
        assert_eq!(alice.access_keys[0].last_used_date, None);
    }

    #[test]
    fn what_makes_no_sense_is_an_error_that_repeats_nothing() {
        let broken = read(
            "alice,arn,2026-01-01T00:00:00+00:00,perhaps,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,\
             false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,",
        );
        assert_eq!(broken, Err("password_enabled of alice is neither true nor false".to_owned()));
        assert!(users(b"nothing of the kind\nx\n", "").is_err_and(|why| !why.contains("kind")));
    }
}
