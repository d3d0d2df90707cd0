"""The window of a long-lived page."""

from chatterpy.live.window import Window


def test_every_quarter_window_the_oldest_message_still_shown_is_told() -> None:
    window = Window(8)
    told = {seq: oldest for seq in range(1, 21) if (oldest := window.add(seq))}
    assert told == {10: 3, 12: 5, 14: 7, 16: 9, 18: 11, 20: 13}
