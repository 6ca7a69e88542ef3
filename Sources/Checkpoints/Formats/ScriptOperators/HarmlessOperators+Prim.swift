// SPDX-License-Identifier: Apache-2.0

// Made by scripts/script_operators.py, which says what is left out and why.

extension HarmlessOperators {
  /// What the interpreter has, the language's own words, and other libraries' operators.
  static let prim: [(namespace: String, names: String)] = [
    (
      "",
      """
      __torch__.torch.classes.Conv2dPackedParamsBase __torch__.torch.classes.LinearPackedParamsBase
      __torch__.torch.classes.mkldnn.ConvOpContext __torch__.torch.classes.profiler._RecordFunction
      __torch__.torch.classes.quantized.Conv2dPackedParamsBase
      __torch__.torch.classes.quantized.Conv3dPackedParamsBase
      __torch__.torch.classes.quantized.EmbeddingPackedParamsBase
      __torch__.torch.classes.quantized.LinearPackedParamsBase
      __torch__.torch.classes.rnn.CellParamsBase
      __torch__.torch.classes.sparse.LinearPackedParamsBase
      __torch__.torch.classes.xnnpack.Conv2dOpContext
      __torch__.torch.classes.xnnpack.LinearOpContext
      __torch__.torch.classes.xnnpack.TransposeConv2dOpContext
      """
    ),
    (
      "prim::",
      """
      AutogradAdd AutogradAllNonZero AutogradAllZero AutogradAnyNonZero AutogradZero
      BroadcastMKLDNNTensors BroadcastSizes ChunkSizes ConstantChunk ConstantMKLDNNTensor Enter
      EnumName EnumValue Exit FusedConcat GetAttr H HasAttr MKLDNNClamp MKLDNNClamp_
      MKLDNNHardSigmoid MKLDNNHardSigmoid_ MKLDNNHardSwish MKLDNNHardSwish_ MKLDNNHardTanh
      MKLDNNHardTanh_ MKLDNNLayerNorm MKLDNNLayerNorm_ MKLDNNScalarMul MKLDNNScalarMul_ MMBatchSide
      MMTreeReduce ModuleContainerIndex NumToTensor Print RaiseException ReductionSizes StringIndex
      T TupleConstruct TupleIndex TupleUnpack Uninitialized VarConcat VarStack abs add_optional
      annotate awaitable_nowait awaitable_wait data device dict dtype enumerate expand_as_copy
      expand_copy flatten_copy fork grad id index infer_squeeze_size infer_unsqueeze_size is_cpu
      is_cuda is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_nested is_ort is_quantized
      is_sparse is_sparse_csr is_vulkan is_xla is_xpu isinstance itemsize layout list mH mT max min
      mkldnn_convolution name nbytes ndim range rangelist requires_grad reshape_copy shape
      squeeze_copy tolist type unchecked_cast unchecked_unwrap_optional unsqueeze_copy view_copy zip
      """
    ),
    (
      "torchvision::",
      """
      box_iou_rotated deform_conv2d nms ps_roi_align ps_roi_pool qnms qroi_align roi_align roi_pool
      """
    ),
  ]
}
