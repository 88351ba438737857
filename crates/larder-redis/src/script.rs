//! What the server itself has to do in one step, in its own language. Each script touches one key, so that each runs on a cluster.
//!
//! Numbers are decimal text and compared as text: Lua counts in doubles, which are exact to 2^53 only.

use std::sync::OnceLock;

/// One script and the name the server knows it by.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) text: &'static str,
    name: OnceLock<String>,
}

impl Script {
    const fn new(text: &'static str) -> Self {
        Self { text, name: OnceLock::new() }
    }

    /// The digest under which a server that has seen the script runs it.
    pub(crate) fn name(&self) -> &str {
        self.name.get_or_init(|| redis::Script::new(self.text).get_hash().to_owned())
    }
}

/// What counts as a number: what [`u64`] holds, without zeros in front. Anything else, also another type's value, is none.
macro_rules! number {
    () => {
        "local n = redis.pcall('GET', KEYS[1])
if type(n) ~= 'string' or not (n == '0' or string.find(n, '^[1-9]%d*$')) or #n > 20
  or (#n == 20 and n > '18446744073709551615') then n = false end
"
    };
}

/// `KEYS[1]` to at least `ARGV[1]`, for at least `ARGV[2]` milliseconds. A key that never expires goes on so, and one that is none is not raised to 0.
pub(crate) static RAISE: Script = Script::new(concat!(
    number!(),
    "local to, ttl = ARGV[1], tonumber(ARGV[2])
if not n and to == '0' then return false end
if n then
  if #n > #to or (#n == #to and n > to) then to = n end
  local left = redis.call('PTTL', KEYS[1])
  if left == -1 then
    if to ~= n then redis.call('SET', KEYS[1], to) end
    return to
  end
  if left > ttl then
    if to == n then return to end
    ttl = left
  end
end
redis.call('SET', KEYS[1], to, 'PX', string.format('%.0f', ttl))
return to
"
));

/// `KEYS[1]`, or `ARGV[1]` if it is none, plus or minus (`ARGV[2]`) `ARGV[3]`, for `ARGV[4]` milliseconds. In two halves of ten digits, so that doubles suffice.
pub(crate) static ADD: Script = Script::new(concat!(
    number!(),
    "if not n then n = ARGV[1] end
local function high(s) return tonumber(string.sub(s, 1, -11)) or 0 end
local function low(s) return tonumber(string.sub(s, -10)) end
local sign = ARGV[2] == '-' and -1 or 1
local h = high(n) + sign * high(ARGV[3])
local l = low(n) + sign * low(ARGV[3])
if l < 0 then h, l = h - 1, l + 1e10 elseif l >= 1e10 then h, l = h + 1, l - 1e10 end
local sum
if h < 0 then sum = '0'
elseif h == 0 then sum = string.format('%.0f', l)
else sum = string.format('%.0f%010.0f', h, l) end
if #sum > 20 or (#sum == 20 and sum > '18446744073709551615') then sum = '18446744073709551615' end
redis.call('SET', KEYS[1], sum, 'PX', ARGV[4])
return sum
"
));

/// Removes `KEYS[1]` if its value is `ARGV[1]`.
pub(crate) static REMOVE_IF: Script = Script::new(
    "if redis.pcall('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
",
);
