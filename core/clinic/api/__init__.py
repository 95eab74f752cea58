"""What other systems do: get a token, find and read the documents of patients who agreed."""
