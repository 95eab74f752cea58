"""Every name that both this program and Asterisk's files use: applications, contexts, endpoints, kinds of line.

A test checks that pbx/asterisk/*.conf and dialplan/extensions.conf use the same names.
"""

from typing import Final

APP: Final = "duravani"
"""The Stasis application all our calls live in; also the SIP realm and the ARI and AMI user."""

FROM_TRUNK: Final = "from-trunk"
"""Dialplan context of calls from the public telephone network."""

FROM_ACCOUNT: Final = "from-account"
"""Dialplan context of calls from provisioned phones (doctors, operators)."""

TRUNK_LINES: Final = "trunk-lines"
"""Generated context: the numbers the public may dial. Each goes on to PUBLIC with its `kind` set."""

PUBLIC: Final = "public"
"""Context that gives a public caller to our application, or apologises."""

ACCOUNT_LINES: Final = "account-lines"
"""Generated context: the numbers our own phones may dial. Each goes on to STAFF with its `kind` set."""

STAFF: Final = "staff"
"""Context that gives one of our own people to our application."""

APOLOGY: Final = "APOLOGY"
"""Dialplan global: the apology's sound files, joined by `&`, absolute and without endings; may be empty."""

MISSED: Final = "missed"
"""AstDB family of the calls nobody took: missed/<channel id> = caller|dialled|kind|seconds since 1970."""

TRUNK: Final = "trunk"
"""PJSIP endpoint (and AOR, auth, identify) of the telephone network."""

NOWHERE: Final = "nowhere"
"""Context from which nothing can be dialled."""

PULSE: Final = "pulse"
"""PJSIP endpoint of our own question whether Asterisk still answers SIP."""

MUSIC: Final = "default"
"""Music on hold class."""

SNOOP: Final = "snoop-"
"""Ids of the channels by which a supervisor overhears a leg start so, and of the bridges in which they hear it."""

RUNG: Final = "rung-"
"""Ids of the channels we originate start so; Asterisk's own ids start with the system name."""
