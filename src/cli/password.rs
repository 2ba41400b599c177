use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::output;

const LONGEST: u64 = 4096;

/// Where a password comes from: never from an argument, which other users of the machine can see.
#[derive(Debug, Args)]
pub struct Source {
    /// The file with the password, one line; without it, standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl Source {
    /// Reads the password.
    pub fn read(&self) -> Result<String, Failure> {
        match &self.password_file {
            Some(path) => from_file(path),
            None => from_input(),
        }
    }
}

fn from_file(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    let failed = |error: io::Error| {
        Failure::new(&format!("the password file {name} cannot be read: {error}"))
            .hint("name a file with the password on one line, or give it on standard input")
    };
    let file = File::open(path).map_err(failed)?;
    let mut text = Vec::new();
    file.take(LONGEST).read_to_end(&mut text).map_err(failed)?;
    one_line(text, &format!("the password file {name}"))
}

fn from_input() -> Result<String, Failure> {
    let input = io::stdin();
    let mut text = Vec::new();
    if input.is_terminal() {
        output::note("Type the password and press Enter; it is shown while you type.");
        let mut typed = String::new();
        input.read_line(&mut typed)?;
        text.extend(typed.into_bytes());
    } else {
        input.lock().take(LONGEST).read_to_end(&mut text)?;
    }
    one_line(text, "standard input")
}

fn one_line(text: Vec<u8>, place: &str) -> Result<String, Failure> {
    let refused = |rule: &str| {
        Failure::new(&format!("{place} {rule}"))
            .hint("write the password, 8 to 256 characters, on one line")
    };
    let text = String::from_utf8(text).map_err(|_| refused("is not UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(refused("is empty"));
    }
    if line.chars().any(char::is_control) {
        return Err(refused("holds more than one line, or a control character"));
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_password_is_one_line_without_its_end() {
        for text in ["correct horse", "correct horse\n", "correct horse\r\n"] {
            assert_eq!(one_line(text.into(), "it").unwrap(), "correct horse");
        }
        for text in ["", "\n", "one\ntwo\n", "one\n\n", "a\tb"] {
            assert!(one_line(text.into(), "it").is_err(), "{text:?}");
        }
        assert_eq!(one_line(" blanks \n".into(), "it").unwrap(), " blanks ");
    }
}
