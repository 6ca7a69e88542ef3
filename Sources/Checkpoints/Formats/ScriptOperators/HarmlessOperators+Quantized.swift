// SPDX-License-Identifier: Apache-2.0

// Made by scripts/script_operators.py, which says what is left out and why.

extension HarmlessOperators {
  /// Operators on quantized, packed and sparse weights, and the profiler's marks.
  static let quantized: [(namespace: String, names: String)] = [
    (
      "_quantized::",
      """
      _wrapped_linear_prepack _wrapped_quantized_linear_prepacked add conv2d conv2d_prepack
      conv2d_relu conv3d conv3d_prepack conv3d_relu conv_transpose1d conv_transpose1d_prepack
      conv_transpose2d conv_transpose2d_prepack conv_transpose3d_prepack linear linear_dynamic
      linear_prepack linear_prepack_fp16 linear_prepack_fp16_legacy linear_prepack_legacy
      wrapped_fbgemm_linear_fp16_weight wrapped_fbgemm_pack_gemm_matrix_fp16
      wrapped_quantized_linear
      """
    ),
    (
      "mkldnn_prepacked::",
      """
      conv2d_prepack conv2d_run
      """
    ),
    (
      "prepacked::",
      """
      conv2d_clamp_prepack conv2d_clamp_run conv2d_transpose_clamp_prepack
      conv2d_transpose_clamp_run linear_clamp_prepack linear_clamp_run unpack_prepacked_sizes_conv2d
      unpack_prepacked_sizes_linear
      """
    ),
    (
      "profiler::",
      """
      _record_function_enter _record_function_enter_new _record_function_exit
      """
    ),
    (
      "quantization::",
      """
      _Bfloat16QuantizedToFloat _FloatToBfloat16Quantized
      """
    ),
    (
      "quantized::",
      """
      add add_out add_relu add_relu_out add_scalar add_scalar_out add_scalar_relu
      add_scalar_relu_out batch_norm batch_norm1d batch_norm1d_relu batch_norm2d batch_norm2d_relu
      batch_norm3d batch_norm3d_relu batch_norm_relu cat cat_out cat_relu cat_relu_out celu clamp
      conv1d conv1d_dynamic conv1d_prepack conv1d_relu conv1d_unpack conv2d conv2d_add
      conv2d_add_relu conv2d_dilation conv2d_dynamic conv2d_groups conv2d_output_padding
      conv2d_padding conv2d_prepack conv2d_relu conv2d_stride conv2d_transpose conv2d_unpack
      conv2d_unpack_sizes conv3d conv3d_dilation conv3d_dynamic conv3d_groups conv3d_output_padding
      conv3d_padding conv3d_prepack conv3d_relu conv3d_stride conv3d_transpose conv3d_unpack
      conv_prepack conv_transpose1d conv_transpose1d_dynamic conv_transpose1d_prepack
      conv_transpose1d_unpack conv_transpose2d conv_transpose2d_dilation conv_transpose2d_dynamic
      conv_transpose2d_groups conv_transpose2d_output_padding conv_transpose2d_padding
      conv_transpose2d_prepack conv_transpose2d_stride conv_transpose2d_transpose
      conv_transpose2d_unpack conv_transpose3d conv_transpose3d_dilation conv_transpose3d_dynamic
      conv_transpose3d_groups conv_transpose3d_output_padding conv_transpose3d_padding
      conv_transpose3d_prepack conv_transpose3d_stride conv_transpose3d_transpose
      conv_transpose3d_unpack conv_unpack dropout elu embedding_4bit embedding_bag_2bit_prepack
      embedding_bag_2bit_prepack_with_rowwise_min_max embedding_bag_2bit_rowwise_offsets
      embedding_bag_2bit_unpack embedding_bag_4bit embedding_bag_4bit_prepack
      embedding_bag_4bit_prepack_with_rowwise_min_max embedding_bag_4bit_rowwise_offsets
      embedding_bag_4bit_unpack embedding_bag_byte embedding_bag_byte_prepack
      embedding_bag_byte_prepack_with_rowwise_min_max embedding_bag_byte_rowwise_offsets
      embedding_bag_byte_unpack embedding_bag_prepack embedding_bag_unpack embedding_byte group_norm
      hardswish instance_norm int4mm_packed_weight_cpu layer_norm leaky_relu linear linear_dynamic
      linear_dynamic_fp16 linear_dynamic_fp16_unpacked_weight linear_leaky_relu linear_prepack
      linear_prepack_fp16 linear_prepack_fp16_legacy linear_prepack_legacy linear_relu
      linear_relu_dynamic linear_relu_dynamic_fp16 linear_tanh linear_unpack linear_unpack_fp16
      linear_with_input_q_dq_qweight_dq_output_fp32
      linear_with_input_q_dq_qweight_dq_relu_output_fp32 make_quantized_cell_params
      make_quantized_cell_params_dynamic make_quantized_cell_params_fp16 matmul max_pool1d
      max_pool2d mul mul_out mul_relu mul_relu_out mul_scalar mul_scalar_out mul_scalar_relu
      mul_scalar_relu_out prelu quantized_gru_cell_dynamic quantized_lstm_cell_dynamic
      quantized_rnn_relu_cell_dynamic quantized_rnn_tanh_cell_dynamic relu6 sigmoid softmax
      threshold
      """
    ),
    (
      "sparse::",
      """
      qlinear qlinear_dynamic qlinear_prepack qlinear_relu qlinear_relu_dynamic qlinear_unpack
      """
    ),
  ]
}
