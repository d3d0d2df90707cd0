"""Everything that can go wrong on purpose.

ChatterPyError
├── SetupError            the program cannot start; one sentence, exit code 2
│   ├── SettingError          a setting's value is not of its kind
│   ├── DataFolderError       the data folder cannot be made, written or locked
│   ├── NewerDatabaseError    the database was made by a newer version
│   ├── AddressError          the address cannot be listened on
│   ├── AssetError            the built script is missing
│   ├── ThemeError            a theme cannot be used
│   ├── ExtraError            a library is missing that only an option needs
│   └── HostError             the host does not run on gevent
└── Told                  what people are told: a sentence that is for them
    ├── Refused               what a person asked for is not allowed
    │   ├── BadSlug               not a possible room
    │   ├── BadText               an empty or too long message
    │   ├── BadName               not a possible name
    │   │   └── NameTaken             somebody else goes by it
    │   ├── BadFace               not a face that can be had here
    │   ├── BadNonce              not a possible nonce
    │   ├── TooFast               over a limit; try again later
    │   └── TooMany               as many pages are open from one address as may be
    ├── BadAct                what came over a socket is not an act
    └── StoreUnavailable      the store did not take a write; nothing was stored
"""

from __future__ import annotations

from click import ClickException

from chatterpy.sentences import Sentence


class ChatterPyError(Exception):
    """The root of the tree."""


class SetupError(ChatterPyError):
    """The program cannot start."""


class SettingError(SetupError):
    """A setting's value is not of its kind."""


class DataFolderError(SetupError):
    """The data folder cannot be made, written or locked."""


class NewerDatabaseError(SetupError):
    """The database was made by a newer version of ChatterPy."""


class AddressError(SetupError):
    """The address cannot be listened on."""


class AssetError(SetupError):
    """The script that the build makes is missing."""


class ThemeError(SetupError):
    """A theme cannot be used."""


class ExtraError(SetupError):
    """A library is missing that only an option needs."""


class HostError(SetupError, ClickException):
    """The WSGI host does not run on gevent.

    `flask run` is such a host, and prints click's exceptions as the sentence they are.
    """


class Told(ChatterPyError):
    """What people are told. A theme can put the sentence into its own words."""

    def __init__(self, form: str, /, **values: object) -> None:
        """The sentence in English, with the values by name in braces."""
        self.sentence = Sentence(form, **values)
        super().__init__(self.sentence)


class Refused(Told):
    """What a person asked for is not allowed."""


class BadSlug(Refused):
    """Not a possible room."""


class BadText(Refused):
    """Not a possible message."""


class BadName(Refused):
    """Not a possible name."""


class NameTaken(BadName):
    """Somebody else goes by that name."""


class BadFace(Refused):
    """Not a face that can be had here."""


class BadNonce(Refused):
    """Not a possible nonce."""


class TooFast(Refused):
    """Over a limit."""


class TooMany(Refused):
    """As many pages are open from one address as may be."""


class BadAct(Told):
    """What came over a socket is not an act."""


class StoreUnavailable(Told):
    """The store did not take a write; nothing of it was stored."""
