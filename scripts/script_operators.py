#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the lists of operators without effects that `resect scan` lets TorchScript name.

    script_operators.py PYTHON...          writes them into Sources, from the schemas of each Python's PyTorch
    script_operators.py --check PYTHON...  exits 1 where what is committed is not what would be written

Operators of older PyTorches stay in for files that were written by them. An operator that is new gets into the list
when it is made anew; then read what was added before it is committed.

Harmless means: whatever the arguments, a call changes nothing but the values that it is given, the standard streams and
the process's own state of random numbers, gradients and devices. It reads and writes no file, starts no process, talks to
nobody, and touches no memory outside of its tensors. An operator that fails on bad arguments is harmless.
"""

import json
import pathlib
import re
import subprocess
import sys
import textwrap

ROOM = pathlib.Path(__file__).resolve().parent.parent / "Sources/Checkpoints/Formats/ScriptOperators"

# Namespaces whose operators compute, each with the file that has its names. What is in none of these is not listed:
# c10d, _c10d_functional, symm_mem, fsdp, _dtensor (network); cuda, coor (streams and devices); debugprims (reads files);
# mkldnn (hands out addresses); inductor, prims, onednn, static_runtime, onnx, export and others (not in TorchScript).
NAMESPACES = {
    "aten": "Aten",
    "prim": "Prim",
    "quantized": "Quantized",
    "_quantized": "Quantized",
    "quantization": "Quantized",
    "sparse": "Quantized",
    "prepacked": "Quantized",
    "mkldnn_prepacked": "Quantized",
    "profiler": "Quantized",
}

# What is left out, and why: the first pattern that matches the whole name counts.
EXCLUDED = [
    ("aten::from_file", "maps a file into memory, and makes or grows it where it is shared"),
    ("aten::save", "writes a file"),
    ("aten::(to_here|local_value|is_owner|confirmed_by_owner|owner|owner_name)", "asks another process for a value"),
    ("prim::rpc_.*", "runs a function in another process"),
    ("prim::(PythonOp|IgnoredPythonOp)", "calls a Python function"),
    ("aten::_test_.*", "for PyTorch's own tests"),
    ("aten::(_unsafe_index|_unsafe_index_put|_unsafe_masked_index.*)", "does not check indexes"),
    ("aten::_sparse_\\w+_tensor_unsafe", "does not check indexes, which later operators follow"),
    ("aten::(_index_put_impl_?|segment_reduce)", "has an argument `unsafe` that turns checks off"),
    ("aten::_nested_view_from_buffer(_copy)?|aten::_nested_view_from_jagged(_copy)?", "does not check offsets"),
    ("aten::_torch_cuda_cu_linker_symbol_op", "for the linker"),
    ("aten::(record_stream|_cuda_getCurrentRawStream)", "is about streams of a device, not about values"),
    ("prim::(BailOut|BailoutTemplate|DifferentiableGraph|FallbackGraph|StaticSubgraph|IfThenElse)",
     "runs a graph that the interpreter made; code cannot name one"),
    ("prim::.*(Fusion|TensorExpr).*", "runs a kernel that the interpreter made; code cannot name one"),
    ("prim::(Guard|TypeCheck|RequiresGradCheck|profile|profile_ivalue|StaticRuntimeCopyOuts|TimePoint|AddStatValue)",
     "of the interpreter's own; code cannot name one"),
    ("profiler::_call_end_callbacks_on_jit_fut", "calls functions back"),
]

# What has no schema: words of the language, what PyTorch defines in TorchScript itself
# (torch/csrc/jit/frontend/builtin_functions.cpp), and operators of other libraries.
ADDED = [
    # Forms of the language that PyTorch's parser compiles (ir_emitter.cpp).
    "prim::annotate", "prim::isinstance", "prim::GetAttr", "prim::HasAttr", "prim::list",
    "prim::dict", "prim::range", "prim::zip", "prim::enumerate", "prim::TupleConstruct",
    "prim::Uninitialized", "prim::unchecked_cast", "prim::NumToTensor",
    # Runs a function of the archive, which is examined, in a thread.
    "prim::fork",
    # `__enter__` and `__exit__` of a class of the archive, which are examined.
    "prim::Enter", "prim::Exit",
    "aten::complex", "aten::_single", "aten::_pair", "aten::_triple", "aten::_quadruple",
    "aten::_list_with_default", "aten::_assert", "aten::_assert_int_or_pair", "aten::floordiv",
    "prim::ndim", "prim::T", "prim::H", "prim::mT", "prim::mH", "prim::shape",
    # Gone since PyTorch 1.7 to 1.13, and in files of their time: transforms, solvers.
    "aten::fft", "aten::ifft", "aten::rfft", "aten::irfft", "aten::_fft_with_size", "aten::solve", "aten::gels",
    "aten::lstsq", "aten::eig", "aten::matrix_rank", "aten::list_with_default",
    # torchvision's operators on boxes and regions (torchvision/csrc/ops); its own on files are not here.
    "torchvision::nms", "torchvision::qnms", "torchvision::qroi_align", "torchvision::roi_align", "torchvision::roi_pool",
    "torchvision::box_iou_rotated", "torchvision::ps_roi_align", "torchvision::ps_roi_pool", "torchvision::deform_conv2d",
    # Classes in C++ whose objects hold packed weights; none of their methods does more than compute.
    "__torch__.torch.classes.quantized.LinearPackedParamsBase",
    "__torch__.torch.classes.quantized.Conv2dPackedParamsBase",
    "__torch__.torch.classes.quantized.Conv3dPackedParamsBase",
    "__torch__.torch.classes.quantized.EmbeddingPackedParamsBase",
    "__torch__.torch.classes.sparse.LinearPackedParamsBase",
    "__torch__.torch.classes.rnn.CellParamsBase",
    "__torch__.torch.classes.xnnpack.Conv2dOpContext",
    "__torch__.torch.classes.xnnpack.LinearOpContext",
    "__torch__.torch.classes.xnnpack.TransposeConv2dOpContext",
    "__torch__.torch.classes.mkldnn.ConvOpContext",
    "__torch__.torch.classes.profiler._RecordFunction",
    # As quantized archives of PyTorch 1.3 and 1.4 name it.
    "__torch__.torch.classes.LinearPackedParamsBase",
    "__torch__.torch.classes.Conv2dPackedParamsBase",
]

WORDS = {
    "Aten": "Operators of PyTorch's own library.",
    "Prim": "What the interpreter has, the language's own words, and other libraries' operators.",
    "Quantized": "Operators on quantized, packed and sparse weights, and the profiler's marks.",
}


def names_of(python):
    """The names of all operators that a Python's PyTorch has."""
    code = "import json, torch; print(json.dumps(sorted({s.name for s in torch._C._jit_get_all_schemas()})))"
    return json.loads(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout)


def is_excluded(name):
    return any(re.fullmatch(pattern, name) for pattern, _ in EXCLUDED)


def harmless(pythons):
    """All names to list, sorted by file."""
    found = set(ADDED)
    for python in pythons:
        found.update(n for n in names_of(python) if n.split("::")[0] in NAMESPACES and not is_excluded(n))
    files = {file: {} for file in WORDS}
    for name in sorted(found):
        namespace = name.split("::")[0] + "::" if "::" in name else ""
        file = NAMESPACES.get(namespace[:-2], "Prim")
        files[file].setdefault(namespace, []).append(name[len(namespace):])
    return files


def swift(file, lists):
    """One file of Swift, its names in order."""
    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        "",
        "// Made by scripts/script_operators.py, which says what is left out and why.",
        "",
        "extension HarmlessOperators {",
        f"  /// {WORDS[file]}",
        f"  static let {file.lower()}: [(namespace: String, names: String)] = [",
    ]
    for namespace, names in lists.items():
        lines += ["    (", f'      "{namespace}",', '      """']
        lines += textwrap.wrap(" ".join(names), 100, initial_indent="      ", subsequent_indent="      ",
                               break_long_words=False, break_on_hyphens=False)
        # As `swift format` has it.
        lines += ['      """', "    )" if len(lists) == 1 else "    ),"]
    return "\n".join(lines + ["  ]", "}", ""])


def main(words):
    check = words[:1] == ["--check"]
    pythons = words[1:] if check else words
    if not pythons:
        sys.exit(__doc__)
    fault = False
    for file, lists in harmless(pythons).items():
        path = ROOM / f"HarmlessOperators+{file}.swift"
        text = swift(file, lists)
        if not check:
            path.write_text(text)
        elif path.read_text() != text:
            new, old = (set(re.findall(r"[\w.]+", t)) for t in (text, path.read_text()))
            print(f"{path.name}: missing {sorted(new - old)}, too many {sorted(old - new)}", file=sys.stderr)
            fault = True
    if check and not fault:
        print("operators of TorchScript: those without effects are those that are listed")
    sys.exit(fault)


main(sys.argv[1:])
