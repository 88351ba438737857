#[cached(idle = Duration::from_secs(5))]
fn parse<'a, T: FromStr + 'static, const N: usize>(text: &'a str, pad: [u8; N]) -> Option<T>
where
    T: Clone + Send + Sync,
{
    text.parse().ok()
}
