"""The pages of the core itself: sign-in, home, my settings, and the page that is not there."""
