#!/usr/bin/env python3
"""Tiny checkpoints whose schemes quantize activations, and losses in float64 with them quantized.

    python activations.py OUT

Weights are coded by compressed-tensors' compressors and taken as code * scale in float64. Inputs of
every quantized product go through its compute_dynamic_scales_and_zp and fake_quantize in float64, or
through fake_quantize with the stored scales. Windows are those of some hundred in which no number
comes so near to the middle between two codes that float32 could round it to another one. Of symmetric
whole numbers the largest negative one always lies in such a middle (-127.5), so there the largest of
each row is made positive. `codes` are rows of float32 numbers, of all signs, and what fake_quantize
makes of them in float32.
"""

import base64
import contextlib
import json
import sys
import tempfile
import warnings
import zlib
from pathlib import Path

warnings.filterwarnings("ignore")

import numpy as np
import torch
import torch.nn.functional as functional
import transformers
from compressed_tensors.compressors.base import BaseCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationConfig
from compressed_tensors.quantization.lifecycle.forward import fake_quantize
from compressed_tensors.quantization.quant_scheme import preset_name_to_scheme
from compressed_tensors.quantization.utils import (calculate_qparams, calculate_range,
                                                   compute_dynamic_scales_and_zp, generate_gparam)
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
VOCABULARY, LENGTHS, CANDIDATES = 32, (2, 5, 9, 12), 80
MARGIN, ROUTER_MARGIN = 2e-6, 1e-3

LLAMA = ("llama", dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=1, head_dim=16, intermediate_size=64,
                       num_hidden_layers=1, max_position_embeddings=64))
MOE = ("qwen3_moe", dict(hidden_size=32, num_attention_heads=2, num_key_value_heads=1, head_dim=16, intermediate_size=64,
                         moe_intermediate_size=32, num_hidden_layers=1, num_experts=4, num_experts_per_tok=2,
                         norm_topk_prob=True, max_position_embeddings=64))

# name: (model, preset of compressed-tensors, format, changes of the weights' arguments, of the inputs')
FORMATS = {
    "int8-token.llama": (LLAMA, "W8A8", "int-quantized", {}, {}),
    "int8-token-asym.llama": (LLAMA, "W8A8", "int-quantized", {}, dict(symmetric=False)),
    "int8-tensor-asym.llama": (LLAMA, "W8A8", "int-quantized", {},
                               dict(symmetric=False, strategy="tensor", dynamic=False)),
    "fp8-tensor.llama": (LLAMA, "FP8", "float-quantized", {}, {}),
    "fp8-token.qwen3-moe": (MOE, "FP8_DYNAMIC", "float-quantized", {}, {}),
    "fp8-block.llama": (LLAMA, "FP8_BLOCK", "float-quantized", dict(block_structure=[16, 16]), dict(group_size=16)),
    "nvfp4.llama": (LLAMA, "NVFP4", "nvfp4-pack-quantized", {}, {}),
    "nvfp4.qwen3-moe": (MOE, "NVFP4", "nvfp4-pack-quantized", {}, {}),
    "mxfp4.llama": (LLAMA, "MXFP4", "mxfp4-pack-quantized", {}, {}),
    "mxfp8.llama": (LLAMA, "MXFP8", "mxfp8-quantized", {}, {}),
}
E2M1 = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6], dtype=torch.float64)
E2M1 = torch.cat([E2M1, -E2M1])


@contextlib.contextmanager
def float64_throughout():
    """Inside, the library's explicit float32 steps are float64 steps."""
    saved = torch.float32, torch.float, torch.Tensor.float
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = saved


@contextlib.contextmanager
def single_precision_again():
    """Inside, types are what they are called: compressed-tensors tells them apart."""
    saved = torch.float32, torch.float, torch.Tensor.float
    torch.float32 = torch.float = SINGLE
    torch.Tensor.float = TO_SINGLE
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = saved


def model_of(kind, options):
    config = AutoConfig.for_model(kind, vocab_size=VOCABULARY, bos_token_id=1, eos_token_id=2, pad_token_id=None,
                                  tie_word_embeddings=False, rope_parameters={"rope_type": "default", "rope_theta": 1e4},
                                  **options)
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager",
                                            experts_implementation="eager").eval()


def fill(model, seed, positive):
    random = np.random.Generator(np.random.PCG64(seed))
    for name, parameter in sorted(model.named_parameters()):
        value = random.standard_normal(tuple(parameter.shape))
        if "norm" in name:
            value = 1 + 0.2 * value
        elif "embed" not in name:
            value = (1.4 if "q_proj" in name or "k_proj" in name else 1.1) / parameter.shape[-1] ** 0.5 * value
        if positive and "norm" in name:
            value[0] = abs(value[0]) + 1
        elif positive and "embed" in name:
            value[:, 0] = 6
        elif positive and any(part in name for part in ("v_proj", "gate_proj", "up_proj")):
            value[0] = 0.05 * value[0]
            value[0, 0] = 1.5
        elif positive and any(part in name for part in ("o_proj", "down_proj")):
            value[0] = abs(value[0])
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(value).to(torch.bfloat16).float())


def coded(scheme, form, weight):
    """(stored tensors, the weight in float64)"""
    args, (rows, columns) = scheme.weights, weight.shape
    coder, local, unit = BaseCompressor.get_value_from_registry(form), {"weight": weight}, None
    if args.strategy == "tensor":
        low, high = weight.amin().reshape(1), weight.amax().reshape(1)
    elif args.strategy == "channel":
        low, high = weight.amin(1, keepdim=True), weight.amax(1, keepdim=True)
    elif args.strategy == "block":
        h, w = args.block_structure
        grid = weight.reshape(rows // h, h, columns // w, w)
        low, high = grid.amin((1, 3)), grid.amax((1, 3))
    else:
        part = weight.reshape(rows, -1, args.group_size)
        low, high = part.amin(-1), part.amax(-1)
    if args.strategy == "tensor_group":
        unit = local["weight_global_scale"] = generate_gparam(weight.amin().reshape(1), weight.amax().reshape(1))
    local["weight_scale"], _ = calculate_qparams(low, high, args, global_scale=unit)
    packed = {k: getattr(v, "data", v) for k, v in coder.compress(local, scheme).items()}
    if "weight_packed" in packed and packed["weight_packed"].dtype == torch.uint8:
        both = packed["weight_packed"].long()
        codes = torch.stack([E2M1[both & 15], E2M1[both >> 4]], -1).reshape(rows, columns)
    elif "weight_packed" in packed:
        codes = coder.decompress(dict(packed) | {"weight_scale": torch.ones_like(packed["weight_scale"])}, scheme)["weight"]
    else:
        codes = packed["weight"]
    scale = packed["weight_scale"]
    scale = torch.exp2(scale.double() - 127) if scale.dtype == torch.uint8 else scale.double()
    scale = scale if unit is None else scale / unit.double()
    while scale.ndim < 2:
        scale = scale.unsqueeze(0)
    wide = scale.repeat_interleave(rows // scale.shape[0], 0).repeat_interleave(columns // scale.shape[1], 1)
    return packed, codes.double() * wide


def boundaries(args):
    low, high = (float(v) for v in calculate_range(args, "cpu"))
    if args.type == "int":
        return torch.arange(low, high, dtype=torch.float64) + 0.5
    if args.num_bits == 4:
        numbers = E2M1.unique()
    else:
        numbers = torch.arange(256, dtype=torch.int32).to(torch.uint8).view(torch.float8_e4m3fn).double()
        numbers = numbers[numbers.isfinite()].unique()
    return (numbers[1:] + numbers[:-1]) / 2


class Rounding:
    """Quantizes the input of products by their matrix."""

    def __init__(self):
        self.of, self.margin, self.on, self.seen = {}, float("inf"), True, None

    def linear(self, plain):
        def product(x, weight, bias=None):
            found = self.of.get(weight.untyped_storage().data_ptr() if weight.dim() == 2 else 0, {})
            found = found.get(weight.data_ptr(), [])
            for _, module, _ in found if self.seen is not None else []:
                low, high = self.seen.get(module, (0.0, 0.0))
                self.seen[module] = (min(low, float(x.min())), max(high, float(x.max())))
            if not self.on or not found:
                return plain(x, weight, bias)
            # an expert's gate and what it gates are one matrix here, but two that may be rounded otherwise
            parts = [plain(self.quantized(x, *each), part) for each, part in zip(found, weight.chunk(len(found)))]
            product = torch.cat(parts, -1)
            return product if bias is None else product + bias
        return product

    def quantized(self, x, args, module, stored):
        with single_precision_again():
            return self.quantized_by(x, args, module, stored)

    def quantized_by(self, x, args, module, stored):
        unit = stored.get(f"{module}.input_global_scale")
        unit = unit if unit is None else unit.to(x.dtype)
        if args.dynamic:
            # a token's scale stands in its last dimension alone where there are batches
            shape = x.shape
            x = x.reshape(1, -1, shape[-1])
            scale, zero = compute_dynamic_scales_and_zp(x, args, None, global_scale=unit)
        else:
            shape = x.shape
            scale = stored[f"{module}.input_scale"].to(x.dtype)
            zero = stored.get(f"{module}.input_zero_point")
        if x.dtype == torch.float64:
            self.near(x, scale, zero, args, unit)
        return fake_quantize(x, scale, zero, args, global_scale=unit).reshape(shape)

    def near(self, x, scale, zero, args, unit):
        """How near the least of all is to a boundary, as a part of the largest code."""
        effective = scale if unit is None else scale / unit
        if args.strategy in ("group", "tensor_group"):
            x, effective = x.unflatten(-1, (-1, args.group_size)), effective.unsqueeze(-1)
            zero = zero.unsqueeze(-1)
        codes = x / effective + (0 if zero is None else zero.double())
        self.least(codes, boundaries(args), float(calculate_range(args, "cpu")[1]))
        if not args.dynamic:
            return
        largest = x.abs().amax(-1)
        if args.strategy == "tensor_group":
            eight = QuantizationArgs(num_bits=8, type="float")
            self.least((largest / 6 * unit), boundaries(eight), 448, relative=True)
        elif args.scale_dtype == torch.uint8:
            mantissa = largest / torch.exp2(torch.floor(torch.log2(largest)))
            self.least(mantissa, torch.tensor([1.0, 1.75, 2.0], dtype=torch.float64), 1)
        elif not args.symmetric:
            low, high = x.amin(-1).clamp(max=0), x.amax(-1).clamp(min=0)
            self.least(-128 - low / ((high - low) / 255), boundaries(args), 127)

    def least(self, values, middles, most, relative=False):
        apart = (values.reshape(-1, 1) - middles).abs()
        apart = apart / values.reshape(-1, 1).abs() if relative else apart / most
        self.margin = min(self.margin, float(apart.min()))


def losses(model, ids):
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].double()
        picked = torch.log_softmax(logits[:-1], -1)[torch.arange(len(ids) - 1), torch.tensor(ids[1:])]
    return (-picked).tolist()


def router_margin(model, ids):
    gaps = []

    def look(module, _, output):
        ranked = (output[0] if isinstance(output, tuple) else output).sort(-1, descending=True).values
        gaps.append(float((ranked[:, module.top_k - 1] - ranked[:, module.top_k]).min()))

    hooks = [m.register_forward_hook(look) for m in model.modules() if "Router" in type(m).__name__]
    losses(model, ids)
    for hook in hooks:
        hook.remove()
    return min(gaps, default=float("inf"))


def prepared(kind, options, state, dtype, rounding, modules, args, stored):
    """A model of those weights whose products' inputs are rounded."""
    model = model_of(kind, options)
    model = model.to(dtype)
    if dtype == torch.float64:
        model.model.rotary_emb = type(model.model.rotary_emb)(config=model.config).double()
    model.load_state_dict({k: v.to(dtype) for k, v in state.items()}, strict=True)
    rounding.of = {}
    for module, (parameter, expert, part) in sorted(modules.items(), key=lambda each: each[1][2] or 0):
        weight = model.get_parameter(parameter).data
        weight = weight if expert is None else weight[expert]
        of = rounding.of.setdefault(weight.untyped_storage().data_ptr(), {})
        of.setdefault(weight.data_ptr(), []).append((args, module, stored))
    return model


def codes(args):
    """Rows of numbers, what is stored with them, and what becomes of them, in float32."""
    random = np.random.Generator(np.random.PCG64(11))
    x = torch.from_numpy(random.standard_normal((8, 64)).astype(np.float32))
    x[3] *= 1e-4
    x[4] = 0
    x[5] = x[5].abs()
    x[6] = torch.arange(64) / 8 - 4  # middles between codes
    x[7, 1::2] = 1e-7
    unit = generate_gparam(x.amin(), x.amax()) if args.dynamic == "local" else None
    if args.dynamic:
        scale, zero = compute_dynamic_scales_and_zp(x.unsqueeze(0), args, None, global_scale=unit)
        found = {} if unit is None else {"units": float(unit)}
    else:
        scale, zero = calculate_qparams(x.amin().reshape(1), x.amax().reshape(1), args)
        found = {"scale": float(scale)} | ({} if args.symmetric else {"zero": float(zero)})
    y = fake_quantize(x.unsqueeze(0), scale, zero, args, global_scale=unit)[0]
    return found | {"x": text(x), "y": text(y)}


def text(numbers):
    return base64.b64encode(numbers.numpy().astype("<f4").tobytes()).decode()


def make(out, name):
    (kind, options), preset, form, weights, inputs = FORMATS[name]
    scheme = preset_name_to_scheme(preset, ["Linear"])
    scheme.weights = QuantizationArgs(**(scheme.weights.model_dump() | weights))
    scheme.input_activations = QuantizationArgs(**(scheme.input_activations.model_dump() | {"zp_dtype": None} | inputs))
    args = scheme.input_activations
    original = model_of(kind, options)
    fill(original, zlib.crc32(name.encode()), args.type == "int" and args.symmetric)
    with tempfile.TemporaryDirectory() as temporary:
        original.to(torch.bfloat16).save_pretrained(temporary)
        config = json.loads(Path(temporary, "config.json").read_text())
        files = load_file(Path(temporary, "model.safetensors"))
    exact = {k: v.double() for k, v in original.state_dict().items()}
    stored, modules, tensors = {}, {}, {}
    for key, weight in files.items():
        module = key.removesuffix(".weight")
        if weight.dim() < 2 or "embed" in key or "lm_head" in key or module.endswith("mlp.gate"):
            tensors[key] = weight
            continue
        packed, value = coded(scheme, form, weight.float())
        tensors |= {f"{module}.{k}": v for k, v in packed.items()}
        if ".experts." in module:
            head, tail = module.split(".experts.")
            expert, part = tail.split(".")
            expert = int(expert)
            if part == "down_proj":
                parameter, place = f"{head}.experts.down_proj", None
                exact[parameter][expert] = value
            else:
                parameter, place = f"{head}.experts.gate_up_proj", ("gate_proj", "up_proj").index(part)
                half = value.shape[0]
                exact[parameter][expert][place * half:(place + 1) * half] = value
            modules[module] = (parameter, expert, place)
        else:
            exact[key] = value
            modules[module] = (key, None, None)
    rounding = Rounding()
    functional.linear = rounding.linear(PLAIN)
    random = np.random.Generator(np.random.PCG64([zlib.crc32(name.encode()), 7]))
    candidates = {n: [random.integers(3, VOCABULARY, n).tolist() for _ in range(CANDIDATES)] for n in LENGTHS}
    try:
        with float64_throughout():
            model = prepared(kind, options, exact, torch.float64, rounding, modules, args, stored)
            if not args.dynamic or args.dynamic == "local":
                rounding.on, rounding.seen = False, {}
                for ids in candidates[12][:20]:
                    losses(model, ids)
                for module in modules:
                    low, high = rounding.seen.get(module, (-3.0, 3.0))
                    factor = 0.8 if ".experts." in module and "up_proj" in module else 1.0
                    low, high = (torch.tensor([factor * v]).to(torch.bfloat16) for v in (low, high))
                    if args.dynamic == "local":
                        found = {"input_global_scale": generate_gparam(low.double(), high.double(), dtype=SINGLE)}
                    else:
                        scale, zero = calculate_qparams(low, high, args)
                        found = {"input_scale": scale.to(torch.bfloat16)}
                        if not args.symmetric:
                            found["input_zero_point"] = zero.round().to(torch.int8)
                    stored |= {f"{module}.{k}": v for k, v in found.items()}
                rounding.on, rounding.seen = True, None
            windows, nll, plain, margins, routers = [], [], [], [], []
            for n in LENGTHS:
                best = None
                for ids in candidates[n]:
                    rounding.margin = float("inf")
                    found = losses(model, ids)
                    margin, router = rounding.margin, router_margin(model, ids)
                    rank = (min(router, ROUTER_MARGIN) >= ROUTER_MARGIN, margin)
                    if best is None or rank > best[0]:
                        best = rank, ids, found, margin, router
                _, ids, found, margin, router = best
                rounding.on = False
                plain.append(losses(model, ids))
                rounding.on = True
                windows.append(ids), nll.append(found), margins.append(margin), routers.append(router)
        single = prepared(kind, options, exact, torch.float32, rounding, modules, args, stored)
        single = [losses(single, ids) for ids in windows]
    finally:
        functional.linear = PLAIN
    apart = lambda one, other: max(abs(a - b) for x, y in zip(one, other) for a, b in zip(x, y))
    whole = QuantizationConfig(config_groups={"group_0": scheme}, quant_method="compressed-tensors", format=form,
                               quantization_status="compressed", ignore=["lm_head"])
    folder = Path(out, name)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in (tensors | stored).items()}, folder / "model.safetensors", metadata={"format": "pt"})
    for key in ("transformers_version", "use_cache"):
        config.pop(key, None)
    config["quantization_config"] = json.loads(whole.model_dump_json())
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    golden = {"float32_max_abs_difference": apart(nll, single), "activations_max_abs_difference": apart(nll, plain),
              "code_margin": min(margins), "router_margin": min(routers) if min(routers) < 1e9 else None,
              "codes": codes(args),
              "windows": [{"ids": i, "nll": v} for i, v in zip(windows, nll)]}
    (folder / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(name, {k: v for k, v in golden.items() if k not in ("windows", "codes")}, sum(f.stat().st_size for f in folder.iterdir()), flush=True)


PLAIN, SINGLE, TO_SINGLE = functional.linear, torch.float32, torch.Tensor.float
if __name__ == "__main__":
    for each in sys.argv[2:] or FORMATS:
        make(sys.argv[1], each)
