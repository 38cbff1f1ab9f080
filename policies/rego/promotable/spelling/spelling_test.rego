package promotable.spelling_test

import data.promotable.spelling

test_a_text_has_a_length if {
	spelling.text("a", 1, 2)
	spelling.text("äö", 1, 2)
	every value in ["", "abc", ["a"], 1, null] { not spelling.text(value, 1, 2) }
}

test_letters_are_of_one_alphabet_after_the_prefix if {
	spelling.letters("x:ab", "x:", "ab", 4, 4)
	every value in ["ab", "x:a", "x:aba", "x:ac", "x:ca", "x:a\n", "y:ab", "abab", "x:x:", ["x:ab"]] {
		not spelling.letters(value, "x:", "ab", 4, 4)
	}
}

test_a_name_begins_and_ends_as_it_may if {
	every value in ["a", "a-a"] { spelling.name(value, "a-", "-", "-", 1, 3) }
	every value in ["", "-", "-a", "a-", "a--a", "ab", ["a"]] { not spelling.name(value, "a-", "-", "-", 1, 3) }
	every value in ["a", "a-", "1"] { spelling.name(value, "a1-", "-", "", 1, 3) }
}

test_a_number_lies_within_its_bounds if {
	every value in [0, 0.5, 1] { spelling.number(value, 0, 1) }
	every value in [-0.1, 1.1, "0", true, null, [0]] { not spelling.number(value, 0, 1) }
}

test_an_integer_is_whole if {
	every value in [0, 1, 2] { spelling.integer(value, 0, 2) }
	not spelling.integer(0, 1, 2)
	every value in [0.5, 3, -1, "1"] { not spelling.integer(value, 0, 2) }
}
