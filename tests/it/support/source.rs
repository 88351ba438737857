//! A source that cached functions ask: it says what it is told to, fails when it is told to, and can be held up.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use super::Gate;

#[derive(Debug)]
pub(crate) struct Source {
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Value(u32),
    /// An error.
    Down,
    /// It panics, without a word on standard error.
    Panic,
}

#[derive(Debug)]
struct State {
    says: Says,
    asked: u32,
    held: Option<Arc<Gate>>,
}

impl Source {
    pub(crate) const fn new() -> Self {
        Self { state: Mutex::new(State { says: Says::Value(1), asked: 0, held: None }) }
    }

    /// As new: it says 1 and was never asked.
    pub(crate) fn reset(&self) {
        *self.state.lock().unwrap() = State { says: Says::Value(1), asked: 0, held: None };
    }

    pub(crate) fn say(&self, says: Says) {
        self.state.lock().unwrap().says = says;
    }

    /// Holds up the next one who asks, after it was decided what he is told.
    pub(crate) fn hold(&self) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        self.state.lock().unwrap().held = Some(gate.clone());
        gate
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> u32 {
        self.state.lock().unwrap().asked
    }

    pub(crate) fn ask(&self) -> Result<u32, String> {
        let (says, held) = self.begin();
        if let Some(gate) = held {
            gate.pass();
        }
        says.end()
    }

    pub(crate) async fn ask_async(&self) -> Result<u32, String> {
        let (says, held) = self.begin();
        if let Some(gate) = held {
            gate.pass_async().await;
        }
        says.end()
    }

    fn begin(&self) -> (Says, Option<Arc<Gate>>) {
        let mut state = self.state.lock().unwrap();
        state.asked += 1;
        (state.says, state.held.take())
    }
}

impl Says {
    fn end(self) -> Result<u32, String> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Down => Err("down".into()),
            Self::Panic => resume_unwind(Box::new("the source panics")),
        }
    }
}
