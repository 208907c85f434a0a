"""国土数値情報 N13: the ministry's road centre lines."""
