//! What acts do when they come one after the other: design.md §1, §7, §8 and §9, as small as it can be said. A race is right
//! if some order of its acts gives exactly its replies and the state that it left.

use std::collections::{BTreeSet, HashSet};

use countersign::model::EndReason;

/// The client's first approval; where an agreement is held, it is held by this one.
pub const HELD: usize = 0;
/// The same client's second approval, by the same payer.
pub const NEXT: usize = 1;
/// Another client's approval.
pub const RIVAL: usize = 2;
/// What the client asks for once more, undecided at the start.
pub const ASKED: usize = 3;

/// What somebody does, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    Redeem(usize),
    /// With the refresh token that is good.
    Refresh,
    /// With the one before it; for public clients.
    RefreshOld,
    Approve,
    Decline,
    /// The client gives the access token back.
    GiveBack,
    /// The client gives the refresh token back.
    GiveUp,
    Stop,
    End,
    DisableClient,
    DisableUser,
    DisableWallet,
    NewPassword,
    Introspect,
}

/// What they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Out {
    Granted,
    InvalidGrant,
    InvalidClient,
    /// The browser is sent to the client with a code.
    Code,
    /// The browser is sent to the client with `access_denied`.
    Denied,
    /// The browser is to look at the request once more.
    Again,
    /// The page that shows what is different from what was seen.
    Changed,
    SignIn,
    /// A page that says why not.
    Page,
    Done,
    /// There was nothing left to do.
    Nothing,
    /// Not now: the same again, later (503).
    Busy,
    Active,
    Inactive,
}

/// What has become of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Life {
    Unborn,
    Pending,
    Active,
    Ended(EndReason),
}

/// What has become of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked {
    Open,
    Approved,
    Declined,
    /// It changed twice, and was stopped.
    Left,
}

/// What has become of a public client's good refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Successor {
    Unused,
    Used,
    Void,
}

/// What takes part no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gone {
    Client,
    User,
    Wallet,
    Session,
    AccessToken,
}

/// The whole truth about one agreement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub lives: [Life; 4],
    pub spent: [bool; 4],
    pub asked: Asked,
    /// Whether the page said that an approval takes the place of another, which are all alike: at first, and last.
    pub seen: [bool; 2],
    /// How often that changed.
    pub changes: u8,
    pub successor: Successor,
    pub gone: BTreeSet<Gone>,
    /// Whether the client is public, so that its refresh tokens rotate.
    pub public: bool,
}

/// How many were told the same about the same act.
pub type Told = (Act, Out, usize);

/// More of the same replies than this explain nothing more: no act changes the state so often.
const ENOUGH: usize = 8;

impl State {
    /// What an act may be told, and what is true then. There are two answers where a party is gone: it was looked up before
    /// the rule began, or the rule finds it gone.
    pub fn outcomes(&self, act: Act) -> Vec<(Out, State)> {
        let mut all = Vec::new();
        let turned_away = match act {
            Act::Redeem(RIVAL) => None,
            Act::Redeem(_) | Act::Refresh | Act::RefreshOld | Act::GiveBack | Act::GiveUp => {
                Some((Gone::Client, Out::InvalidClient))
            }
            Act::Introspect => Some((Gone::Wallet, Out::InvalidClient)),
            Act::Stop => Some((Gone::Session, Out::SignIn)),
            _ => None,
        };
        if let Some((party, out)) = turned_away
            && self.gone.contains(&party)
        {
            all.push((out, self.clone()));
        }
        // What was looked at before something else happened, and comes after it: nothing comes of it.
        if act == Act::Approve && (self.changes > 0 || self.is_other()) {
            all.push((Out::Again, self.clone()));
        }
        if act == Act::Approve && self.changes > 0 {
            all.push((Out::Page, self.clone()));
        }
        let mut after = self.clone();
        let out = after.does(act);
        all.push((out, after));
        all
    }

    /// Which grant is alive.
    fn holder(&self) -> Option<usize> {
        (0..4).find(|which| self.lives[*which] == Life::Active)
    }

    fn does(&mut self, act: Act) -> Out {
        match act {
            Act::Redeem(which) => self.redeem(which),
            Act::Refresh => self.refresh(self.public && self.successor == Successor::Void, |it| {
                if it.public {
                    it.successor = Successor::Used;
                }
            }),
            Act::RefreshOld => self.refresh(self.successor == Successor::Used, |it| {
                it.successor = Successor::Void;
            }),
            Act::Approve | Act::Decline => self.decide(act),
            Act::GiveBack => self.lose(Gone::AccessToken),
            Act::GiveUp => {
                self.end(HELD, EndReason::Client);
                Out::Done
            }
            Act::Stop => {
                self.end(HELD, EndReason::Payer);
                Out::Done
            }
            Act::End if self.end(HELD, EndReason::Operator) => Out::Done,
            Act::End => Out::Nothing,
            Act::DisableClient => self.lose(Gone::Client),
            Act::DisableUser => {
                self.lose(Gone::User);
                self.lose(Gone::Session)
            }
            Act::DisableWallet => self.lose(Gone::Wallet),
            Act::NewPassword => self.lose(Gone::Session),
            Act::Introspect if self.is_active() => Out::Active,
            Act::Introspect => Out::Inactive,
        }
    }

    /// Whether the first access token is worth something.
    fn is_active(&self) -> bool {
        self.is_alive(HELD) && !self.gone.contains(&Gone::AccessToken)
    }

    /// Whether a grant and all whom it is about are alive.
    pub fn is_alive(&self, which: usize) -> bool {
        self.lives[which] == Life::Active && self.take_part(which)
    }

    fn take_part(&self, which: usize) -> bool {
        let needed = if which == RIVAL {
            vec![Gone::User, Gone::Wallet]
        } else {
            vec![Gone::User, Gone::Wallet, Gone::Client]
        };
        needed.iter().all(|party| !self.gone.contains(party))
    }

    /// As far as the database has it: not what was on a page.
    pub fn kept(self) -> Self {
        Self {
            seen: [false; 2],
            ..self
        }
    }

    /// Whether there is an approval of the client's own that another one would take the place of.
    fn takes_a_place(&self) -> bool {
        matches!(self.holder(), Some(HELD | NEXT))
    }

    /// Whether the place is not what it was on the page.
    fn is_other(&self) -> bool {
        self.takes_a_place() != self.seen[0] || self.holder() == Some(RIVAL)
    }

    fn lose(&mut self, what: Gone) -> Out {
        self.gone.insert(what);
        Out::Done
    }

    fn end(&mut self, which: usize, why: EndReason) -> bool {
        let alive = matches!(self.lives[which], Life::Pending | Life::Active);
        if alive {
            self.lives[which] = Life::Ended(why);
        }
        alive
    }

    fn redeem(&mut self, which: usize) -> Out {
        if self.lives[which] == Life::Unborn {
            return Out::InvalidGrant;
        }
        if self.spent[which] {
            self.end(which, EndReason::CodeReplayed);
            return Out::InvalidGrant;
        }
        self.spent[which] = true;
        let holder = self.holder();
        let taken = holder.is_some_and(|holder| (holder == RIVAL) != (which == RIVAL));
        if self.lives[which] != Life::Pending || !self.take_part(which) || taken {
            self.end(which, EndReason::System);
            return Out::InvalidGrant;
        }
        // The first two were approved in the same instant, before the third.
        if holder == Some(ASKED) {
            self.end(which, EndReason::Replaced);
            return Out::InvalidGrant;
        }
        if let Some(holder) = holder {
            self.end(holder, EndReason::Replaced);
        }
        self.lives[which] = Life::Active;
        Out::Granted
    }

    fn refresh(&mut self, replayed: bool, rotate: impl FnOnce(&mut Self)) -> Out {
        if replayed {
            self.end(HELD, EndReason::TokenReplayed);
        }
        if replayed || !self.is_alive(HELD) {
            return Out::InvalidGrant;
        }
        rotate(self);
        Out::Granted
    }

    fn decide(&mut self, act: Act) -> Out {
        if self.gone.contains(&Gone::Client) || self.gone.contains(&Gone::Wallet) {
            return Out::Page;
        }
        match self.asked {
            Asked::Declined | Asked::Left => Out::Denied,
            Asked::Approved if self.lives[ASKED] == Life::Pending && !self.spent[ASKED] => {
                Out::Code
            }
            Asked::Approved => Out::Again,
            Asked::Open if act == Act::Decline => {
                self.asked = Asked::Declined;
                Out::Denied
            }
            Asked::Open if self.gone.contains(&Gone::Session) => Out::SignIn,
            Asked::Open if self.lives[RIVAL] == Life::Active => Out::Page,
            Asked::Open if self.takes_a_place() != self.seen[1] => {
                if self.changes > 0 {
                    self.asked = Asked::Left;
                    return Out::Page;
                }
                self.changes += 1;
                self.seen[1] = self.takes_a_place();
                Out::Changed
            }
            Asked::Open if self.seen[0] != self.seen[1] => Out::Changed,
            Asked::Open => {
                self.asked = Asked::Approved;
                self.lives[ASKED] = Life::Pending;
                Out::Code
            }
        }
    }
}

/// Every state that some order of the acts leaves when it gives these replies.
pub fn ends(start: &State, told: &[Told]) -> HashSet<State> {
    let counts: Vec<usize> = told.iter().map(|(.., count)| *count.min(&ENOUGH)).collect();
    let mut open = vec![(start.clone(), counts)];
    let mut known = HashSet::new();
    let mut ends = HashSet::new();
    while let Some((state, left)) = open.pop() {
        if !known.insert((state.clone(), left.clone())) {
            continue;
        }
        if left.iter().all(|count| *count == 0) {
            ends.insert(state.kept());
            continue;
        }
        for (at, (act, out, _)) in told.iter().enumerate() {
            if left[at] == 0 {
                continue;
            }
            let mut fewer = left.clone();
            fewer[at] -= 1;
            let outcomes = state.outcomes(*act).into_iter();
            let fitting = outcomes.filter(|(reply, _)| reply == out);
            open.extend(fitting.map(|(_, after)| (after, fewer.clone())));
        }
    }
    ends
}

/// A client's agreement with two codes of its own and one of another's, none of them redeemed, and a request.
pub fn vacant(public: bool) -> State {
    let pending = Life::Pending;
    State {
        lives: [pending, pending, pending, Life::Unborn],
        spent: [false; 4],
        asked: Asked::Open,
        seen: [false; 2],
        changes: 0,
        successor: Successor::Unused,
        gone: BTreeSet::new(),
        public,
    }
}

/// The same, after the first code was redeemed.
pub fn held(public: bool) -> State {
    let mut state = vacant(public);
    assert_eq!(state.redeem(HELD), Out::Granted);
    state.seen = [true; 2];
    state
}
