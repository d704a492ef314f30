"""What a run takes where nothing is said, by architecture; the widths are for two CPU cores.

docs/results/search.md says how the settings were found.
"""

SETTINGS = {
    "mlp": {"batch_size": 50, "learning_rate": 2e-4, "beta_1": 0.5, "loss": "bce"},
    "dcgan": {"batch_size": 32, "learning_rate": 3e-3, "beta_1": 0.0, "loss": "bce"},
    "resnet": {"batch_size": 32, "learning_rate": 5e-4, "beta_1": 0.0, "loss": "hinge"},
    "r3gan": {"batch_size": 32, "learning_rate": 1e-3, "beta_1": 0.0, "loss": "relativistic_pairing"},
}
PENALTIES = {"mlp": {}, "dcgan": {"r1": 0.5}, "resnet": {}, "r3gan": {"r1": 0.5, "r2": 0.5}}  # weights at 28x28


def penalties(architecture, image_shape):
    """Weights of R1 and R2; they grow with the area, as StyleGAN2's does."""
    area = image_shape[0] * image_shape[1] / 28**2
    return {name: PENALTIES[architecture].get(name, 0.0) * area for name in ("r1", "r2")}


def sizes(architecture, image_shape):
    """Arguments of the architecture; the papers' own widths want a GPU."""
    if architecture == "resnet":  # beyond 32 pixels its maps have up to 16 times as many channels
        width = 64 if max(image_shape[:2]) <= 32 else 16
        return {"generator_width": width, "discriminator_width": width}
    return {"width": 32} if architecture == "r3gan" else {}
