//! Keyrings as texts: `names=SECRET,2=KEY,1=KEY`. What is wrong with one is said by the place, never by what stands there: it may be a key.

use std::str::FromStr;

use super::Keyring;
use crate::error::Error;

impl Keyring {
    /// The keyring of the environment variable `LARDER_ENCRYPTION_KEYS`.
    ///
    /// # Errors
    ///
    /// When it is not set, or malformed. The message names the variable, and says nothing of what it holds.
    pub fn from_environment() -> Result<Self, Error> {
        match std::env::var_os(VARIABLE) {
            Some(text) => Self::of_variable(&text),
            None => Err(Error::keys(Some(VARIABLE), "it is not set")),
        }
    }

    /// The keyring of the variable, if it is set.
    pub(crate) fn if_in_environment() -> Result<Option<Self>, Error> {
        std::env::var_os(VARIABLE).map(|text| Self::of_variable(&text)).transpose()
    }

    fn of_variable(text: &std::ffi::OsStr) -> Result<Self, Error> {
        let text = text.to_str().ok_or_else(|| Error::keys(Some(VARIABLE), "it is no text"))?;
        let ring = parse(text).map_err(|mistake| Error::keys(Some(VARIABLE), mistake))?;
        if ring.knows_names() { Ok(ring) } else { Err(Error::keys(Some(VARIABLE), UNSAID)) }
    }
}

impl FromStr for Keyring {
    type Err = Error;

    /// # Errors
    ///
    /// When the text is not of this form. The message says nothing of what it holds.
    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).map_err(|mistake| Error::keys(None, mistake))
    }
}

fn parse(text: &str) -> Result<Keyring, String> {
    let mut names = None;
    let mut keys: Vec<(u32, [u8; 32])> = Vec::new();
    if text.trim().is_empty() {
        return Err("it is empty".into());
    }
    for (at, item) in text.split(',').enumerate() {
        let at = at + 1;
        let (name, secret) = item
            .split_once('=')
            .map(|(name, secret)| (name.trim(), secret.trim()))
            .ok_or_else(|| format!("item {at} has no `=`"))?;
        if name == "names" {
            let said = if secret == "readable" { None } else { Some(digits(secret, at)?) };
            if names.replace(said).is_some() {
                return Err(format!("item {at} says `names` once more"));
            }
            continue;
        }
        let number =
            name.parse().map_err(|_| format!("item {at} begins with neither `names=` nor a number"))?;
        if keys.iter().any(|(known, _)| *known == number) {
            return Err(format!("item {at} has the number of another key"));
        }
        keys.push((number, digits(secret, at)?));
    }
    let mut keys = keys.into_iter();
    let (number, key) = keys.next().ok_or("it has no key")?;
    let ring = keys.fold(Keyring::new(number, key), |ring, (number, key)| ring.older(number, key));
    Ok(match names {
        Some(Some(secret)) => ring.names(secret),
        Some(None) => ring.readable_names(),
        None => ring,
    })
}

/// The 32 bytes of 64 hexadecimal digits.
fn digits(text: &str, at: usize) -> Result<[u8; 32], String> {
    let wrong = || format!("item {at} has not 64 hexadecimal digits after its `=`");
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<u32>>>();
    let digits = digits.filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        // Two digits are one byte.
        *byte = (pair[0] * 16 + pair[1]) as u8;
    }
    Ok(bytes)
}

const UNSAID: &str = "it has no item `names`, without which arguments, tags and users would be readable";

/// The environment variable of the keys.
const VARIABLE: &str = "LARDER_ENCRYPTION_KEYS";

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90";
    const B: &str = "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn the_first_key_encrypts_and_names_are_hidden_by_their_secret() {
        let ring: Keyring = format!(" names={A}, 2={B},1={A}").parse().unwrap();
        assert_eq!(format!("{ring:?}"), "Keyring { current: 2, older: [1], names: hidden, .. }");
        let mut secret = [0; 32];
        secret.copy_from_slice(&digits(A, 1).unwrap());
        assert_eq!(ring.hide("x"), Keyring::new(9, [9; 32]).names(secret).hide("x"), "whatever the keys are");
        assert_ne!(ring.hide("x"), Keyring::new(2, [9; 32]).names([1; 32]).hide("x"));
        let ring: Keyring = format!("7={A},names=readable").parse().unwrap();
        assert!(ring.knows_names() && ring.hide("x").is_none());
    }

    #[test]
    fn mistakes_are_said_without_what_is_secret() {
        let texts = [
            String::new(),
            " , ".into(),
            A.into(),
            format!("names={A}"),
            format!("names={A},{B}"),
            format!("names={A},2={}", &B[1..]),
            format!("names={A},2={B}0"),
            format!("names={A},2=x{}", &B[1..]),
            format!("names={A},2={B},2={A}"),
            format!("names={A},names={A},2={B}"),
            format!("{A}={B}"),
            format!("names={A},-1={B}"),
        ];
        for text in texts {
            let error = text.parse::<Keyring>().unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(said.contains("names=SECRET,2=KEY,1=KEY"), "{text}: {said}");
            for secret in [A, B, &A[1..], &B[1..], &B[1..32]] {
                assert!(!said.contains(secret), "{text}: {said}");
            }
        }
    }
}
