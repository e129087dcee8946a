using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of LibTorch: a handle, freed by <see cref="Dispose()"/>, by its scope, or at last by the finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private IntPtr handle;

        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            if (register)
            {
                DisposeScopeManager.ThreadSingleton.Register(this);
            }
        }

        ~Tensor() => Dispose(false);

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal Tensor? NextInScope { get; set; }

        internal Tensor? PreviousInScope { get; set; }

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

        /// <summary>Gives up the handle, for the parameter that takes it over.</summary>
        internal IntPtr MoveHandle()
        {
            var moved = handle;
            handle = 0;
            return moved;
        }
    }
}
