using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of LibTorch: a handle, freed by <see cref="Dispose()"/>, by its scope, or at last by the finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;

        private IntPtr handle;

        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            var count = Interlocked.Increment(ref totalCount);
            if (count > peakCount)
            {
                peakCount = count;
            }
            if (register)
            {
                DisposeScopeManager.ThreadSingleton.Register(this);
            }
        }

        ~Tensor() => Dispose(false);

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal Tensor? NextInScope { get; set; }

        internal Tensor? PreviousInScope { get; set; }

        /// <summary>The tensors that managed code holds.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        public static long PeakCount => Interlocked.Read(ref peakCount);

        /// <summary>A name for debugging.</summary>
        public string? name { get; set; }

        public bool IsInvalid => handle == 0;

        internal IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var freed = Interlocked.Exchange(ref handle, 0);
            if (freed != 0)
            {
                DisposeScopeManager.ThreadSingleton.CountDisposed(this);
                OwningDisposeScope?.Remove(this);
                Interlocked.Decrement(ref totalCount);
                Native.tb_free(freed);
            }
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope)
            {
                scope.MoveToOther(other, this);
            }
            else
            {
                other?.Attach(this);
            }
            return this;
        }

        /// <summary>Gives up the handle, for the parameter that takes it over.</summary>
        internal IntPtr MoveHandle()
        {
            var moved = handle;
            handle = 0;
            return moved;
        }
    }
}
