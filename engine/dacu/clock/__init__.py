"""Time: the calendar of a campaign in hours, and the agenda of what is due."""
