"""The demo drop: an archive like FMA's and files like pushshift's, in which every name, song and post is invented."""





