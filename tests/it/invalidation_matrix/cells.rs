//! The dimensions, and which cells there are.

use std::fmt;

/// How the old value is about to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A call found nothing.
    Miss,
    /// `f::refresh`, over a value that is stored.
    Refresh,
    /// `f::insert`, held up in a predicate of the function.
    Insert,
    /// A call on a worker thread, for a cached function that was cancelled meanwhile.
    Outlived,
    /// In the background, after a stale hit.
    StaleRefresh,
    /// In the background, since the interval of a key in use was over.
    IntervalRefresh,
    /// In the background, after a hit of a value that was about to end.
    EarlyRefresh,
    /// In the background, since the call that had begun it had waited long enough.
    Late,
    // `Preload` is to come.
}

/// What is invalidated: always of the innermost function, also where another one is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Key,
    StaticTag,
    /// A tag that the function adds after it has read the truth, so that it is invalidated before anybody refers to it.
    DynamicTag,
    User,
    /// `f::clear()`.
    Function,
    /// `larder::invalidate_all()`.
    Global,
    /// `invalidate_all()` of the named cache.
    Clear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sync,
    Async,
}

/// How far the function that is called is from the one that reads the truth, and whether that one runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Direct,
    NestedOnce,
    NestedTwice,
    /// The innermost value is served from the cache, and what is held up is the computation around it.
    NestedHit,
}

/// When the call from after the invalidation starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    WhileTheOldOneRuns,
    WhenTheOldOneHasEnded,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) origin: Origin,
    pub(super) target: Target,
    pub(super) kind: Kind,
    pub(super) shape: Shape,
}

pub(super) const ORIGINS: [Origin; 8] = [
    Origin::Miss,
    Origin::Refresh,
    Origin::Insert,
    Origin::Outlived,
    Origin::StaleRefresh,
    Origin::IntervalRefresh,
    Origin::EarlyRefresh,
    Origin::Late,
];
pub(super) const TARGETS: [Target; 7] = [
    Target::Key,
    Target::StaticTag,
    Target::DynamicTag,
    Target::User,
    Target::Function,
    Target::Global,
    Target::Clear,
];
pub(super) const KINDS: [Kind; 2] = [Kind::Sync, Kind::Async];
pub(super) const SHAPES: [Shape; 4] =
    [Shape::Direct, Shape::NestedOnce, Shape::NestedTwice, Shape::NestedHit];
pub(super) const ORDERS: [Order; 2] = [Order::WhileTheOldOneRuns, Order::WhenTheOldOneHasEnded];

pub(super) fn exists(cell: &Cell) -> bool {
    match cell.origin {
        // Tags that a function adds belong to a computation, and a value that is inserted has none.
        Origin::Insert => cell.target != Target::DynamicTag,
        // A sync function runs on its caller's thread, which cannot leave it behind: timeouts on it do not compile.
        Origin::Late => cell.kind == Kind::Async,
        _ => true,
    }
}

/// `Insert` x `DynamicTag`, of both kinds, and `Late` x `Sync`, of all targets; of all shapes.
pub(super) const MISSING: usize = (KINDS.len() + TARGETS.len()) * SHAPES.len();

pub(super) fn all() -> impl Iterator<Item = Cell> {
    ORIGINS.into_iter().flat_map(|origin| {
        TARGETS.into_iter().flat_map(move |target| {
            KINDS.into_iter().flat_map(move |kind| {
                SHAPES.into_iter().map(move |shape| Cell { origin, target, kind, shape })
            })
        })
    })
}

impl Origin {
    /// Whether it is the background that stores the old value.
    pub(super) fn is_behind(self) -> bool {
        match self {
            Self::StaleRefresh | Self::IntervalRefresh | Self::EarlyRefresh | Self::Late => true,
            Self::Miss | Self::Refresh | Self::Insert | Self::Outlived => false,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, target, kind, shape } = self;
        write!(out, "{origin:?} x {target:?} x {kind:?} x {shape:?}")
    }
}
