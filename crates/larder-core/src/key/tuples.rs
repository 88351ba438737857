//! Tuples: as one value inside a key, and as the whole key.

use std::hash::Hasher;

use super::{CacheKey, Key, KeyText};

macro_rules! tuple {
    (@$trait:ident $hash:ident $eq:ident $own:ident $text:ident $text_owned:ident: $($name:ident $index:tt)*) => {
        #[diagnostic::do_not_recommend]
        #[allow(clippy::unused_unit, reason = "the empty tuple")]
        impl<$($name: CacheKey),*> $trait for ($($name,)*) {
            type Owned = ($($name::Owned,)*);
            const PORTABLE: bool = true $(&& $name::PORTABLE)*;

            #[inline]
            fn $hash<H: Hasher>(&self, _state: &mut H) {
                $(self.$index.hash_key(_state);)*
            }

            #[inline]
            fn hash_owned<H: Hasher>(_owned: &Self::Owned, _state: &mut H) {
                $($name::hash_owned(&_owned.$index, _state);)*
            }

            #[inline]
            fn $eq(&self, _owned: &Self::Owned) -> bool {
                true $(&& self.$index.eq_key(&_owned.$index))*
            }

            #[inline]
            fn eq_owned(_a: &Self::Owned, _b: &Self::Owned) -> bool {
                true $(&& $name::eq_owned(&_a.$index, &_b.$index))*
            }

            #[inline]
            fn $own(&self) -> Self::Owned {
                ($(self.$index.to_key(),)*)
            }

            fn $text(&self, out: &mut KeyText) {
                let mut _fields = out.tuple();
                $(self.$index.write_text(_fields.item());)*
            }

            fn $text_owned(_owned: &Self::Owned, out: &mut KeyText) {
                let mut _fields = out.tuple();
                $($name::write_owned_text(&_owned.$index, _fields.item());)*
            }
        }
    };
    (value: $($rest:tt)*) => {
        tuple!(@CacheKey hash_key eq_key to_key write_text write_owned_text: $($rest)*);
    };
    (key: $($rest:tt)*) => {
        tuple!(@Key hash eq own text text_owned: $($rest)*);
    };
    (both: $($rest:tt)*) => {
        tuple!(value: $($rest)*);
        tuple!(key: $($rest)*);
    };
}

tuple!(both:);
tuple!(both: A 0);
tuple!(both: A 0 B 1);
tuple!(both: A 0 B 1 C 2);
tuple!(both: A 0 B 1 C 2 D 3);
tuple!(both: A 0 B 1 C 2 D 3 E 4);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9 L 10);
tuple!(both: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9 L 10 M 11);
tuple!(key: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9 L 10 M 11 N 12);
tuple!(key: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9 L 10 M 11 N 12 O 13);
tuple!(key: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9 L 10 M 11 N 12 O 13 P 14);
tuple!(key: A 0 B 1 C 2 D 3 E 4 F 5 G 6 I 7 J 8 K 9 L 10 M 11 N 12 O 13 P 14 Q 15);
