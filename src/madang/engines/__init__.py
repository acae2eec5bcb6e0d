"""Pure computation: arrays and ids in, frozen results out."""
