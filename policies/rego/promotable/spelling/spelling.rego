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
# description: A prefix, then so many characters of one alphabet.
letters(value, prefix, alphabet, least, most) if {
	is_string(value)
	startswith(value, prefix)
	count(value) >= least + count(prefix)
	count(value) <= most + count(prefix)
	trim_left(substring(value, count(prefix), -1), alphabet) == ""
}

# METADATA
# description: So many characters of one alphabet, the first and the last of narrower ones.
name(value, alphabet, first, last, least, most) if {
	text(value, least, most)
	trim_left(value, alphabet) == ""
	contains(first, substring(value, 0, 1))
	contains(last, substring(value, count(value) - 1, 1))
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
	value == floor(value)
}
