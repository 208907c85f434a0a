"""What tests of several rooms share: made-up data, programs that look at outputs, folders."""
