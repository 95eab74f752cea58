"""The administration's pages: whoever runs the service sets it up here, and sees no patient."""
