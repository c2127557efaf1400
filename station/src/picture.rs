//! A view as a picture, drawn by the window's own renderer without a window.

use crate::app::PictureError;
use crate::ui::{Element, theme};
use iced::advanced::clipboard;
use iced::advanced::renderer::{Headless, Style};
use iced::{Event, Renderer, Settings, Size, mouse, window};
use iced_test::futures::futures::executor;
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;

pub fn draw<M>(
    view: Element<'_, M>,
    settings: &Settings,
    (width, height): (u32, u32),
) -> Result<Vec<u8>, PictureError> {
    load_fonts(settings);
    let renderer = <Renderer as Headless>::new(settings.default_font, settings.default_text_size, None);
    let mut renderer = executor::block_on(renderer).ok_or(PictureError::Renderer)?;
    let size = Size::new(width as f32, height as f32);
    let mut interface = UserInterface::build(view, size, Cache::default(), &mut renderer);
    // Widgets settle how they look when a frame is asked for.
    let frame = Event::Window(window::Event::RedrawRequested(iced::time::Instant::now()));
    let nowhere = mouse::Cursor::Unavailable;
    let _ = interface.update(&[frame], nowhere, &mut renderer, &mut clipboard::Null, &mut Vec::new());
    interface.draw(&mut renderer, &theme::theme(), &Style { text_color: theme::colors().ink }, nowhere);
    let rgba = renderer.screenshot(Size::new(width, height), 1.0, theme::colors().paper);
    png_of(&rgba, width, height)
}

/// The renderer's fonts are those of the process: loaded once.
pub fn load_fonts(settings: &Settings) {
    static LOADED: std::sync::Once = std::sync::Once::new();
    LOADED.call_once(|| crate::fonts::load(&settings.fonts));
}

pub fn png_of(rgba: &[u8], width: u32, height: u32) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgba)?;
    writer.finish()?;
    Ok(bytes)
}
