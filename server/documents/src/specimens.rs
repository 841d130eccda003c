//! Small made-up papers of made-up people, for demonstrations and tests.
