//! A window with nothing in it: the floor of what the desk's start is measured against.

use iced::widget::space;
use iced::{Element, Size, Task};

fn main() -> iced::Result {
    iced::application(|| ((), Task::<()>::none()), |_: &mut (), ()| Task::none(), view)
        .window_size(Size::new(1366.0, 768.0))
        .run()
}

fn view((): &()) -> Element<'_, ()> {
    space().into()
}
