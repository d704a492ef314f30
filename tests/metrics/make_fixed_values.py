"""Prints the values that fixed_features.py keeps, by the libraries that others wrote.

    pip install torch torchvision torch-fidelity clean-fid prdc scipy      in an environment of their own
    python tests/metrics/make_fixed_values.py                              in the root of the repository

Only their functions on features are called: nothing is downloaded.
"""

import sys

import numpy as np
import torch
from cleanfid import fid as clean
from prdc import compute_prdc
from scipy.linalg import sqrtm
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric

sys.path.insert(0, "tests/metrics")
import fixed_features as fixed

real, fake = fixed.pair()
T = torch.from_numpy


def show(name, value):
    kept = getattr(fixed, name)
    print(
        f"{name} = {value}   {'as kept' if np.allclose(numbers(value), numbers(kept), rtol=1e-9) else f'KEPT {kept}'}"
    )


def numbers(value):
    return list(value.values()) if isinstance(value, dict) else value


def by_sqrtm(real, fake):
    real_covariance, fake_covariance = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    root = sqrtm(real_covariance @ fake_covariance).real
    means = np.square(real.mean(0) - fake.mean(0)).sum()
    return means + np.trace(real_covariance) + np.trace(fake_covariance) - 2 * np.trace(root)


statistics = [fid_features_to_statistics(T(each)) for each in (real, fake)]
found = fid_statistics_to_metric(*statistics, False)
show("TORCH_FIDELITY_FID", found["frechet_inception_distance"])
moments = [moment for each in (real, fake) for moment in (each.mean(0), np.cov(each, rowvar=False))]
show("CLEAN_FID", clean.frechet_distance(*moments))
how = {"kid_subsets": 20, "kid_subset_size": 200, "rng_seed": 2020, "kid_kernel": "poly", "kid_kernel_poly_degree": 3}
how |= {"kid_kernel_poly_gamma": None, "kid_kernel_poly_coef0": 1.0, "verbose": False}
found = kid_features_to_metric(T(real), T(fake), **how)
show("TORCH_FIDELITY_KID", tuple(found[f"kernel_inception_distance_{each}"] for each in ("mean", "std")))
show("CLEAN_KID_OF_FIRST_500", clean.kernel_distance(real[:500], fake, num_subsets=3, max_subset_size=500))
found = isc_features_to_metric(T(np.log(fixed.probabilities())), splits=5, shuffle=True, rng_seed=2020)
show("TORCH_FIDELITY_INCEPTION_SCORE", tuple(found[f"inception_score_{each}"] for each in ("mean", "std")))
for k, kept in fixed.PRDC.items():
    found = compute_prdc(real, fake, nearest_k=k)
    print(f"PRDC[{k}] = {found}   {'as kept, exactly' if found == kept else f'KEPT {kept}'}")
show("SQRTM_RANK_DEFICIENT", by_sqrtm(*fixed.rank_deficient()))
show("SQRTM_ILL_CONDITIONED", by_sqrtm(*fixed.ill_conditioned()))
