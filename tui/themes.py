"""The three looks: dark, light, and the sixteen colours that the terminal itself has."""

from __future__ import annotations

from textual.theme import Theme

DARK, LIGHT, TERMINAL = "billing-dark", "billing-light", "billing-terminal"

_dark = Theme(
    name=DARK,
    primary="#4fd1a5",
    secondary="#7fb4d6",
    accent="#4fd1a5",
    success="#4fd1a5",
    warning="#f0b35a",
    error="#ff8177",
    foreground="#dfe5ea",
    background="#101418",
    surface="#181f26",
    panel="#1c242c",
    dark=True,
    variables={
        "muted": "#8f9ba8",
        "rule": "#2f3943",
        "field": "#1c242c",
        "field-focus": "#25323b",
        "row": "#1b3a32",
        "row-blurred": "#1c242c",
        "button": "#1c242c",
        "button-focus": "#4fd1a5",
        "button-focus-text": "#06231a",
        "input-cursor-background": "#4fd1a5",
        "input-cursor-foreground": "#06231a",
        "input-selection-background": "#2b5a4c",
    },
)

_light = Theme(
    name=LIGHT,
    primary="#0a7355",
    secondary="#2c658a",
    accent="#0a7355",
    success="#0a7355",
    warning="#8a5a00",
    error="#b3261e",
    foreground="#1b2328",
    background="#fbfbf8",
    surface="#f1f2ee",
    panel="#eceee9",
    dark=False,
    variables={
        "muted": "#5c6770",
        "rule": "#cfd4d0",
        "field": "#ebede8",
        "field-focus": "#dfe6e0",
        "row": "#d3ebe1",
        "row-blurred": "#ebede8",
        "button": "#e6e9e3",
        "button-focus": "#0a7355",
        "button-focus-text": "#ffffff",
        "input-cursor-background": "#0a7355",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#b5dccd",
    },
)

_terminal = Theme(
    name=TERMINAL,
    ansi=True,
    primary="ansi_green",
    secondary="ansi_cyan",
    accent="ansi_green",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "muted": "ansi_bright_black",
        "rule": "ansi_bright_black",
        "field": "ansi_default",
        "field-focus": "ansi_default",
        "row": "ansi_default",
        "row-blurred": "ansi_default",
        "button": "ansi_default",
        "button-focus": "ansi_default",
        "button-focus-text": "ansi_default",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
    },
)

THEMES = (_dark, _light, _terminal)
