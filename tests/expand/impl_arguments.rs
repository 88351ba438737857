#[cached]
fn shout(text: impl AsRef<str>, suffix: impl Into<String>) -> String {
    text.as_ref().to_uppercase() + suffix.into().as_str()
}
