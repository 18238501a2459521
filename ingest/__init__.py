"""The write side: agencies' sources in, validated versions and published generations out."""
