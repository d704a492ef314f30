"""What a run takes where nothing is said, by architecture. For two CPU cores: docs/results/search.md."""

SETTINGS = {
    "mlp": {"batch_size": 50, "learning_rate": 2e-4, "beta_1": 0.5, "loss": "bce"},
    "dcgan": {"batch_size": 32, "learning_rate": 3e-3, "beta_1": 0.0, "loss": "bce"},
    "resnet": {"batch_size": 32, "learning_rate": 5e-4, "beta_1": 0.0, "loss": "hinge"},
    "r3gan": {"batch_size": 32, "learning_rate": 1e-3, "beta_1": 0.0, "loss": "relativistic_pairing"},
}
PENALTIES = {"mlp": {}, "dcgan": {"r1": 0.5}, "resnet": {}, "r3gan": {"r1": 0.5, "r2": 0.5}}  # weights at 28x28
SIZES = {"resnet": {"generator_width": 64, "discriminator_width": 64}, "r3gan": {"width": 32}}  # the papers' want a GPU
