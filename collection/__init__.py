"""What a service day of waste collection came to: pure, knows no store and no screen."""
