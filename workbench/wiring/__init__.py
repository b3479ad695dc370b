"""Joins the rooms: models, prompts, queues and analysis into what services are given."""
