# METADATA
# title: Spelling of values
# description: What the values of facts may look like; the bounds come from the contracts, through `promotable.known` and `promotable.shape`.
package promotable.spelling

# METADATA
# description: A text of so many characters.
text(value, least, most) if {
	is_string(value)
	count(value) >= least
	count(value) <= most
}

# METADATA
# description: So many characters, a prefix and then those of one alphabet.
letters(value, prefix, alphabet, least, most) if {
	text(value, least, most)
	startswith(value, prefix)
	trim_left(trim_prefix(value, prefix), alphabet) == ""
}

# METADATA
# description: So many characters of one alphabet, some of which may not begin it, and some may not end it.
name(value, alphabet, never_first, never_last, least, most) if {
	text(value, least, most)
	trim_left(value, alphabet) == ""
	trim_left(value, never_first) == value
	trim_right(value, never_last) == value
}

# METADATA
# description: A number within bounds.
number(value, least, most) if {
	is_number(value)
	value >= least
	value <= most
}

# METADATA
# description: A whole number within bounds.
integer(value, least, most) if {
	number(value, least, most)
	_whole(value)
}

# Most counts are zero, and WASM rounds by long arithmetic.
_whole(value) if value == 0

else if value == floor(value)
