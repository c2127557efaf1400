//! The desktop of the clinic and its command line.

mod ahead;
pub mod app;
pub mod cli;
pub mod demo;
pub mod fonts;
mod import_files;
pub mod live;
pub mod paper;
mod picture;
pub mod plugged;
mod screen;
mod spreadsheet;
mod ui;
pub mod whole;
pub mod words;
