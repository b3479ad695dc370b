"""What is kept: tables, repositories, files and vectors."""
