//! Mistakes in models, and what the compiler says of them. A crate of its own, because the compiler is asked with everything that the crate depends on.
