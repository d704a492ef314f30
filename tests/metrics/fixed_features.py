"""Fixed features on which other libraries' values were computed once, and those values.

They come from torch-fidelity 0.4.0, clean-fid 0.1.35, prdc 0.2 and SciPy 1.17.1 in an environment of their own
(make_fixed_values.py makes them again), each called as the comment above its number says, where
`real, fake = pair()` and T is torch.from_numpy.
"""

import numpy as np


def pair(n=600, m=500, d=24, seed=7):
    """Two sets that differ in mean, scale and shape; RandomState promises equal numbers for ever."""
    random = np.random.RandomState(seed)
    mix = random.randn(d, d) / np.sqrt(d)
    return np.tanh(random.randn(n, d) @ mix), np.tanh(random.randn(m, d) @ mix * 1.2 + 0.1)


def probabilities():
    logits = 4 * pair()[1][:, :10]
    exponential = np.exp(logits)
    return exponential / exponential.sum(axis=1, keepdims=True)


def rank_deficient():
    """Fewer samples than features."""
    return pair(40, 30, 64, seed=1)


def ill_conditioned():
    """Standard deviations from 1 down to 1e-7."""
    scales = 10.0 ** -np.linspace(0, 7, 24)
    real, fake = pair(seed=2)
    return real * scales, fake * scales


# fid_statistics_to_metric(fid_features_to_statistics(T(real)), fid_features_to_statistics(T(fake)), False)
TORCH_FIDELITY_FID = 0.2866701853490632
# cleanfid.fid.frechet_distance(real.mean(0), np.cov(real, rowvar=False), fake.mean(0), np.cov(fake, rowvar=False))
CLEAN_FID = 0.28667018534905253
# kid_features_to_metric(T(real), T(fake), kid_subsets=20, kid_subset_size=200, rng_seed=2020, kid_kernel="poly",
#     kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1.0, verbose=False)
TORCH_FIDELITY_KID = (0.0064362832125839375, 0.003462143176788605)
# cleanfid.fid.kernel_distance(real[:500], fake, num_subsets=3, max_subset_size=500)
CLEAN_KID_OF_FIRST_500 = 0.0048431048153070155
# isc_features_to_metric(T(np.log(probabilities())), splits=5, shuffle=True, rng_seed=2020)
TORCH_FIDELITY_INCEPTION_SCORE = (2.5030894491440385, 0.0530444723252396)
# compute_prdc(real, fake, nearest_k=k)
PRDC = {
    3: {"precision": 0.768, "recall": 0.9583333333333334, "density": 0.578, "coverage": 0.6783333333333333},
    5: {"precision": 0.888, "recall": 0.995, "density": 0.602, "coverage": 0.845},
}
# |mean_r - mean_f|^2 + trace(C_r + C_f) - 2 trace(scipy.linalg.sqrtm(C_r @ C_f)).real
SQRTM_RANK_DEFICIENT = 17.55560697493803
SQRTM_ILL_CONDITIONED = 0.006571900150926568
