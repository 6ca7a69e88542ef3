// SPDX-License-Identifier: Apache-2.0

extension HarmlessGlobals {
  /// The one list of names that are harmless, and why each is: what holds whatever it is called with, and
  /// whatever the object that comes of it is then BUILT, appended, updated or set with. Objects that a name may
  /// call or ask are objects that the file names or makes itself; each of them is judged by itself.
  ///
  /// Reasons first: `* WORD data|rebuild: why`, with `argument` before the colon where what comes of a call may
  /// be one of its arguments: BUILT, that would change something else.
  ///
  /// Then names, each line `MODULE WORD NAME...`, in the order of bytes. Behind a bar: `as MODULE.NAME`, what the
  /// name is another name of (`as MODULE` where it has the same name there); `once in`, where no version that is
  /// judged has it. `Tests/Interop/globals.py` imports every one from both PyTorches and numpys and fails where
  /// it is anything but the class or function meant, and where PyTorch has a layer, an optimizer or a schedule
  /// that is not here.
  ///
  /// A dotted name is a member of an enumeration, and no other: Python 3.11 writes `getattr(Color, 'RED')`.
  ///
  /// What looks like it and is left out: functions that call a method of their argument (`softmax` of anything
  /// gives what that thing's `softmax` gives), metaclasses, `torch.nn.cpp` (copies all attributes of an object),
  /// parallel modules that talk to other processes, and classes of other projects.
  static let list = """
    * activation rebuild: hands a tensor to PyTorch's own kernel, which refuses what is no tensor
    * array data: numbers in memory; a text that names a data type or a matrix is parsed, never evaluated
    * checkpoint data: fields of a distributed checkpoint's plan, set as they are given; a device is parsed
      from its text
    * config data: values and their types, kept with `${...}` unresolved; annotations are read off
      dataclasses alone, and those are the program's own
    * constant data: the one object itself; it cannot be called
    * dataset data: keeps the tensors, lists and places that it is given
    * distribution data: keeps parameters, checks their shapes and ranges; the rest of a distribution is
      computed when asked
    * dtype data: numpy's class of one data type, made without arguments
    * dtypeclass rebuild: the class of a data type that is parsed as `numpy.dtype` parses it
    * fresh rebuild: a dictionary of two constants
    * generator data: a generator's device, its seed and its state
    * given rebuild argument: gives back what it is given and does nothing else
    * givenclass data argument: `numpy.object_(x)` is `x`
    * hook data: names, numbers, tensors and the hook that is wrapped; it acts on a module when that is
      called, after loading
    * layer data: sizes, options and weights drawn anew; attributes, children and parameters are set as they
      are given, and what a layer calls was given to it
    * member data: the one object itself of an enumeration; it cannot be called
    * nothing rebuild: takes nothing and gives nothing
    * object rebuild: `cls.__new__(cls, ...)`, which is what NEWOBJ does with a class that is named and
      judged by itself
    * optimizer data: lists of parameters, options and states; hooks are for `step`, after loading
    * packed data: a tuple of tensors; they are only asked for their device
    * path data: text parted at its separators; files are reached by methods, and none of them is called
    * random data: a generator's seed and state; it reads the system's entropy where no seed is given
    * randommade rebuild: a generator of a class that is named and judged by itself, or of numpy's own by
      name
    * rebuild rebuild: an array or a data type anew, of the class, shape, type and bytes that are given
    * scalar rebuild argument: a number of a data type from its bytes; of the type `object` numpy 1 gives
      back what it is given
    * scaler data: numbers and states of loss scaling
    * schedule data: rates, steps and the optimizer; the functions that it calls are named and judged by
      themselves
    * settings data: attributes, set as they are given
    * tensor rebuild: a tensor of the parts that are given
    * tensorclass data: a tensor of the parts that are given
    * value data: a value of Python's own, made of what is given; it calls no more than the conversions of
      the objects given
    * version data: a text that compares as versions do
    * wrapper data: sizes of an array; joblib reads it from the file behind them: numbers are passed over, and
      a pickle of objects is examined too

    UserDict value IterableUserDict | once in Python 2.7: Lib/UserDict.py
    UserDict value UserDict | as collections.UserDict
    UserList value UserList | as collections
    UserString value UserString | as collections
    __builtin__ constant Ellipsis NotImplemented | as builtins
    __builtin__ value bool bytes dict float frozenset int list object slice str tuple | as builtins
    __builtin__ value long | as builtins.int
    __builtin__ value unicode | as builtins.str
    __builtin__ value xrange | as builtins.range
    argparse settings Namespace
    array rebuild _array_reconstructor
    array value array
    builtins constant Ellipsis NotImplemented
    builtins value bool bytes dict float frozenset int list object range slice str tuple
    collections value ChainMap UserDict UserList UserString defaultdict deque
    copy_reg object _reconstructor | as copyreg
    copyreg object __newobj__ _reconstructor
    datetime value date datetime time timedelta timezone
    decimal value Decimal
    fractions value Fraction
    joblib.numpy_pickle wrapper NumpyArrayWrapper
    numpy array bool bytes_ complex128 complex64 datetime64 dtype float16 float32 float64 int16 int32 int64
    numpy array bool_ | as numpy.bool
    numpy array cdouble | as numpy.complex128
    numpy array clongdouble | as numpy.complex256
    numpy array complex256 | as numpy.clongdouble
    numpy array csingle | as numpy.complex64
    numpy array double | as numpy.float64
    numpy array float128 | as numpy.longdouble
    numpy array half | as numpy.float16
    numpy array int8 longlong matrix ndarray record str_ timedelta64 uint16 uint32 uint64 uint8 ulonglong void
    numpy array intc | as numpy.int32
    numpy array intp | as numpy.int64
    numpy array longdouble | as numpy.float128
    numpy array recarray | as numpy.rec.recarray
    numpy array short | as numpy.int16
    numpy array single | as numpy.float32
    numpy array ubyte | as numpy.uint8
    numpy array uintc | as numpy.uint32
    numpy array uintp | as numpy.uint64
    numpy array unicode_ | as numpy.str_
    numpy array ushort | as numpy.uint16
    numpy givenclass object_
    numpy._core dtypeclass _DType_reconstruct
    numpy._core._internal rebuild _convert_to_stringdtype_kwargs
    numpy._core.multiarray rebuild _reconstruct
    numpy._core.multiarray scalar scalar
    numpy._core.numeric rebuild _frombuffer
    numpy.core dtypeclass _DType_reconstruct | as numpy._core
    numpy.core.multiarray rebuild _reconstruct | as numpy._core.multiarray
    numpy.core.multiarray scalar scalar | as numpy._core.multiarray
    numpy.core.numeric rebuild _frombuffer | as numpy._core.numeric
    numpy.core.records array recarray | as numpy.recarray
    numpy.core.records array record | as numpy.record
    numpy.dtypes dtype BoolDType BytesDType CLongDoubleDType Complex128DType Complex64DType DateTime64DType
    numpy.dtypes dtype Float16DType Float32DType Float64DType Int16DType Int32DType Int64DType Int8DType
    numpy.dtypes dtype LongDoubleDType LongLongDType ObjectDType StrDType StringDType TimeDelta64DType
    numpy.dtypes dtype UInt16DType UInt32DType UInt64DType UInt8DType ULongLongDType VoidDType
    numpy.ma array MaskedArray | as numpy.ma.core.MaskedArray
    numpy.ma.core array MaskedArray | as numpy.ma.MaskedArray
    numpy.ma.core rebuild _mareconstruct
    numpy.matrixlib.defmatrix array matrix | as numpy.matrix
    numpy.random random Generator | as numpy.random._generator
    numpy.random random RandomState | as numpy.random.mtrand
    numpy.random randommade __RandomState_ctor
    numpy.random._generator random Generator
    numpy.random._mt19937 random MT19937
    numpy.random._pcg64 random PCG64 PCG64DXSM
    numpy.random._philox random Philox
    numpy.random._pickle randommade __bit_generator_ctor __generator_ctor __randomstate_ctor
    numpy.random._sfc64 random SFC64
    numpy.random.bit_generator random SeedSequence
    numpy.random.bit_generator randommade __pyx_unpickle_SeedSequence
    numpy.random.mtrand random RandomState
    numpy.rec array recarray
    omegaconf.base config ContainerMetadata Metadata SCMode UnionNode
    omegaconf.dictconfig config DictConfig
    omegaconf.listconfig config ListConfig
    omegaconf.nodes config AnyNode BooleanNode BytesNode EnumNode FloatNode IntegerNode PathNode StringNode
    omegaconf.nodes config ValueNode
    pathlib path Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath
    pathlib._local path Path PosixPath PurePath PurePosixPath | once in Python 3.13: Lib/pathlib/_local.py
    pathlib._local path PureWindowsPath | once in Python 3.13: Lib/pathlib/_local.py
    pathlib._local path WindowsPath | once in Python 3.13: Lib/pathlib/_local.py
    sklearn.externals.joblib.numpy_pickle wrapper NumpyArrayWrapper | once in scikit-learn 0.22
    torch._C generator Generator
    torch._C._nn activation elu_ gelu hardtanh_ leaky_relu_ log_sigmoid softplus softshrink
    torch._utils tensor _rebuild_nested_tensor _rebuild_sparse_csr_tensor
    torch.amp.grad_scaler fresh _refresh_per_optimizer_state
    torch.amp.grad_scaler member OptState.READY OptState.STEPPED OptState.UNSCALED
    torch.amp.grad_scaler scaler GradScaler OptState
    torch.cuda.amp.grad_scaler fresh _refresh_per_optimizer_state | as torch.amp.grad_scaler._refresh_per_optimizer_state
    torch.cuda.amp.grad_scaler scaler GradScaler
    torch.cuda.amp.grad_scaler scaler OptState | as torch.amp.grad_scaler.OptState
    torch.distributed._shard.metadata checkpoint ShardMetadata
    torch.distributed._shard.sharded_tensor.metadata checkpoint MEM_FORMAT_ENCODING ShardedTensorMetadata
    torch.distributed._shard.sharded_tensor.metadata checkpoint TensorProperties
    torch.distributed._shard.sharded_tensor.metadata member MEM_FORMAT_ENCODING.TORCH_CHANNELS_LAST
    torch.distributed._shard.sharded_tensor.metadata member MEM_FORMAT_ENCODING.TORCH_CONTIGUOUS_FORMAT
    torch.distributed._shard.sharded_tensor.metadata member MEM_FORMAT_ENCODING.TORCH_PRESERVE_FORMAT
    torch.distributed._shard.sharding_spec.api checkpoint EnumerableShardingSpec
    torch.distributed.checkpoint.filesystem checkpoint _StorageInfo _StoragePrefix
    torch.distributed.checkpoint.metadata checkpoint BytesStorageMetadata ChunkStorageMetadata Metadata
    torch.distributed.checkpoint.metadata checkpoint MetadataIndex StorageMeta TensorProperties
    torch.distributed.checkpoint.metadata checkpoint TensorStorageMetadata _MEM_FORMAT_ENCODING
    torch.distributed.checkpoint.metadata member _MEM_FORMAT_ENCODING.TORCH_CHANNELS_LAST
    torch.distributed.checkpoint.metadata member _MEM_FORMAT_ENCODING.TORCH_CONTIGUOUS_FORMAT
    torch.distributed.checkpoint.metadata member _MEM_FORMAT_ENCODING.TORCH_PRESERVE_FORMAT
    torch.distributed.remote_device checkpoint _remote_device
    torch.distributions.bernoulli distribution Bernoulli
    torch.distributions.beta distribution Beta
    torch.distributions.binomial distribution Binomial
    torch.distributions.categorical distribution Categorical
    torch.distributions.cauchy distribution Cauchy
    torch.distributions.chi2 distribution Chi2
    torch.distributions.constraints distribution Constraint MixtureSameFamilyConstraint _Boolean _Cat
    torch.distributions.constraints distribution _CorrCholesky _Dependent _GreaterThan _GreaterThanEq
    torch.distributions.constraints distribution _HalfOpenInterval _IndependentConstraint _IntegerGreaterThan
    torch.distributions.constraints distribution _IntegerInterval _IntegerLessThan _Interval _LessThan
    torch.distributions.constraints distribution _LowerCholesky _LowerTriangular _Multinomial _OneHot
    torch.distributions.constraints distribution _PositiveDefinite _PositiveSemidefinite _Real _Simplex
    torch.distributions.constraints distribution _Square _Stack _Symmetric
    torch.distributions.continuous_bernoulli distribution ContinuousBernoulli
    torch.distributions.dirichlet distribution Dirichlet
    torch.distributions.distribution distribution Distribution
    torch.distributions.exp_family distribution ExponentialFamily
    torch.distributions.exponential distribution Exponential
    torch.distributions.fishersnedecor distribution FisherSnedecor
    torch.distributions.gamma distribution Gamma
    torch.distributions.generalized_pareto distribution GeneralizedPareto
    torch.distributions.geometric distribution Geometric
    torch.distributions.gumbel distribution Gumbel
    torch.distributions.half_cauchy distribution HalfCauchy
    torch.distributions.half_normal distribution HalfNormal
    torch.distributions.independent distribution Independent
    torch.distributions.inverse_gamma distribution InverseGamma
    torch.distributions.kumaraswamy distribution Kumaraswamy
    torch.distributions.laplace distribution Laplace
    torch.distributions.lkj_cholesky distribution LKJCholesky
    torch.distributions.log_normal distribution LogNormal
    torch.distributions.logistic_normal distribution LogisticNormal
    torch.distributions.lowrank_multivariate_normal distribution LowRankMultivariateNormal
    torch.distributions.mixture_same_family distribution MixtureSameFamily
    torch.distributions.multinomial distribution Multinomial
    torch.distributions.multivariate_normal distribution MultivariateNormal
    torch.distributions.negative_binomial distribution NegativeBinomial
    torch.distributions.normal distribution Normal
    torch.distributions.one_hot_categorical distribution OneHotCategorical OneHotCategoricalStraightThrough
    torch.distributions.pareto distribution Pareto
    torch.distributions.poisson distribution Poisson
    torch.distributions.relaxed_bernoulli distribution LogitRelaxedBernoulli RelaxedBernoulli
    torch.distributions.relaxed_categorical distribution ExpRelaxedCategorical RelaxedOneHotCategorical
    torch.distributions.studentT distribution StudentT
    torch.distributions.transformed_distribution distribution TransformedDistribution
    torch.distributions.transforms distribution AbsTransform AffineTransform CatTransform ComposeTransform
    torch.distributions.transforms distribution CorrCholeskyTransform CumulativeDistributionTransform
    torch.distributions.transforms distribution ExpTransform IndependentTransform LowerCholeskyTransform
    torch.distributions.transforms distribution PositiveDefiniteTransform PowerTransform ReshapeTransform
    torch.distributions.transforms distribution SigmoidTransform SoftmaxTransform SoftplusTransform
    torch.distributions.transforms distribution StackTransform StickBreakingTransform TanhTransform Transform
    torch.distributions.transforms distribution _InverseTransform
    torch.distributions.uniform distribution Uniform
    torch.distributions.von_mises distribution VonMises
    torch.distributions.weibull distribution Weibull
    torch.distributions.wishart distribution Wishart
    torch.jit._pickle given build_boollist build_doublelist build_intlist build_tensor_from_id
    torch.jit._pickle given build_tensorlist restore_type_tag
    torch.nested._internal.nested_tensor tensor _rebuild_njt
    torch.nested._internal.nested_tensor tensorclass NestedTensor
    torch.nn.backends.thnn nothing _get_thnn_function_backend
    torch.nn.functional activation _threshold celu elu glu hardsigmoid hardswish hardtanh leaky_relu mish relu
    torch.nn.functional activation relu6 rrelu selu silu
    torch.nn.modules.activation layer CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU
    torch.nn.modules.activation layer LogSigmoid LogSoftmax Mish MultiheadAttention PReLU RReLU ReLU ReLU6
    torch.nn.modules.activation layer SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign
    torch.nn.modules.activation layer Tanh Tanhshrink Threshold
    torch.nn.modules.adaptive layer AdaptiveLogSoftmaxWithLoss
    torch.nn.modules.batchnorm layer BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d
    torch.nn.modules.batchnorm layer LazyBatchNorm3d SyncBatchNorm
    torch.nn.modules.channelshuffle layer ChannelShuffle
    torch.nn.modules.container layer Container ModuleDict ModuleList ParameterDict ParameterList Sequential
    torch.nn.modules.conv layer Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d
    torch.nn.modules.conv layer LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d
    torch.nn.modules.conv layer LazyConvTranspose3d
    torch.nn.modules.distance layer CosineSimilarity PairwiseDistance
    torch.nn.modules.dropout layer AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
    torch.nn.modules.flatten layer Flatten Unflatten
    torch.nn.modules.fold layer Fold Unfold
    torch.nn.modules.instancenorm layer InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d
    torch.nn.modules.instancenorm layer LazyInstanceNorm2d LazyInstanceNorm3d
    torch.nn.modules.lazy layer LazyModuleMixin
    torch.nn.modules.linear layer Bilinear Identity LazyLinear Linear NonDynamicallyQuantizableLinear
    torch.nn.modules.linear layer _LinearWithBias | once in torch 1.8: torch/nn/modules/linear.py
    torch.nn.modules.linear_cross_entropy_options layer LinearCrossEntropyOptions
    torch.nn.modules.loss layer BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss
    torch.nn.modules.loss layer GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss
    torch.nn.modules.loss layer LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss
    torch.nn.modules.loss layer MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss
    torch.nn.modules.loss layer SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss
    torch.nn.modules.module hook _WrappedHook
    torch.nn.modules.module layer Module
    torch.nn.modules.normalization layer CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm
    torch.nn.modules.padding layer CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d
    torch.nn.modules.padding layer ConstantPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d
    torch.nn.modules.padding layer ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d
    torch.nn.modules.padding layer ZeroPad3d
    torch.nn.modules.pixelshuffle layer PixelShuffle PixelUnshuffle
    torch.nn.modules.pooling layer AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d
    torch.nn.modules.pooling layer AdaptiveMaxPool2d AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d
    torch.nn.modules.pooling layer FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d
    torch.nn.modules.pooling layer MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
    torch.nn.modules.rnn layer GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase
    torch.nn.modules.sparse layer Embedding EmbeddingBag
    torch.nn.modules.transformer layer Transformer TransformerDecoder TransformerDecoderLayer
    torch.nn.modules.transformer layer TransformerEncoder TransformerEncoderLayer
    torch.nn.modules.upsampling layer Upsample UpsamplingBilinear2d UpsamplingNearest2d
    torch.nn.parallel.data_parallel layer DataParallel
    torch.nn.parameter layer Buffer UninitializedBuffer UninitializedParameter
    torch.nn.utils.parametrizations hook _OrthMaps _Orthogonal _SpectralNorm _WeightNorm
    torch.nn.utils.parametrize hook ParametrizationList
    torch.nn.utils.prune hook BasePruningMethod CustomFromMask Identity L1Unstructured LnStructured
    torch.nn.utils.prune hook PruningContainer RandomStructured RandomUnstructured
    torch.nn.utils.rnn packed PackedSequence PackedSequence_
    torch.nn.utils.spectral_norm hook SpectralNorm SpectralNormLoadStateDictPreHook SpectralNormStateDictHook
    torch.nn.utils.weight_norm hook WeightNorm
    torch.optim optimizer Adafactor Muon
    torch.optim._adafactor optimizer Adafactor | as torch.optim.Adafactor
    torch.optim.adadelta optimizer Adadelta
    torch.optim.adagrad optimizer Adagrad
    torch.optim.adam optimizer Adam
    torch.optim.adamax optimizer Adamax
    torch.optim.adamw optimizer AdamW
    torch.optim.asgd optimizer ASGD
    torch.optim.lbfgs optimizer LBFGS
    torch.optim.lr_scheduler schedule ChainedScheduler ConstantLR CosineAnnealingLR
    torch.optim.lr_scheduler schedule CosineAnnealingWarmRestarts CyclicLR ExponentialLR LRScheduler LambdaLR
    torch.optim.lr_scheduler schedule LinearLR MultiStepLR MultiplicativeLR OneCycleLR PolynomialLR
    torch.optim.lr_scheduler schedule ReduceLROnPlateau SequentialLR StepLR _LRScheduler
    torch.optim.nadam optimizer NAdam
    torch.optim.optimizer optimizer Optimizer _RequiredParameter
    torch.optim.radam optimizer RAdam
    torch.optim.rmsprop optimizer RMSprop
    torch.optim.rprop optimizer Rprop
    torch.optim.sgd optimizer SGD
    torch.optim.sparse_adam optimizer SparseAdam
    torch.optim.swa_utils schedule AveragedModel SWALR
    torch.torch_version version TorchVersion
    torch.utils.data.dataset dataset ConcatDataset Subset TensorDataset
    types settings SimpleNamespace
    typing constant Any
    uuid value UUID
    """
}
